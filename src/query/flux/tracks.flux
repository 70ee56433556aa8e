// Where each animal was: its first place in each window of time (`--every`).
//
// Columns: `individual_local_identifier`, `time`, `lat`, `lon`, `study_name`.

places(every: v.windowPeriod)
    |> keep(columns: ["_time", "study_name", "individual_local_identifier", "lat", "lon"])
