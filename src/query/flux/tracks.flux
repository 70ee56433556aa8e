// Where each animal was: its first place in each window of time (`--every`).

places(every: v.windowPeriod)
    |> keep(columns: ["_time", "study_name", "individual_local_identifier", "lat", "lon"])
