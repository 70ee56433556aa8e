// How far north each animal was, in degrees.
//
// A table for each animal, as a chart wants it. Columns: `individual_local_identifier`,
// `time`, `value`, `study_name`.

places(every: v.windowPeriod)
    |> rename(columns: {lat: "_value"})
    |> keep(columns: ["_time", "study_name", "individual_local_identifier", "_value"])
