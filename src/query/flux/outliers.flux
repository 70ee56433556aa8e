// How many rows of each animal are marked as outliers (`visible` is false).
//
// A table for each animal, as a chart wants it. Columns: `individual_local_identifier`,
// `time`, `value`, `study_name`.

// To let the storage engine look for false values among the chosen animals takes ten times as long.
values(fn: (r) => r._field == "visible")
    |> map(fn: (r) => ({r with _value: if r._value then 0 else 1}))
    |> aggregateWindow(every: v.windowPeriod, fn: sum, timeSrc: "_start", createEmpty: false)
    |> filter(fn: (r) => r._value > 0)
    |> animals()
    |> aggregateWindow(every: v.windowPeriod, fn: sum, timeSrc: "_start", createEmpty: false)
    |> keep(columns: ["_time", "study_name", "individual_local_identifier", "_value"])
