// Where each animal was: its first place in each window of time.

places(every: v.windowPeriod)
    |> keep(columns: ["_time", "individual_local_identifier", "lat", "lon"])
