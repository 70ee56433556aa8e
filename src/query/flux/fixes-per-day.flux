// How many fixes a day each animal has; in windows (`--every`) of several days, their mean.
//
// Rows with a location, outliers included. A table for each animal, as a chart wants
// it. Columns: `individual_local_identifier`, `time`, `value`, `study_name`.

every = if int(v: v.windowPeriod) > int(v: 1d) then v.windowPeriod else 1d

located()
    |> filter(fn: (r) => r._field == "lat")
    |> aggregateWindow(every: every, fn: count, timeSrc: "_start", createEmpty: false)
    |> animals()
    |> aggregateWindow(every: every, fn: sum, timeSrc: "_start", createEmpty: false)
    |> map(
        fn: (r) =>
            ({
                _time: r._time,
                study_name: r.study_name,
                individual_local_identifier: r.individual_local_identifier,
                _value: float(v: r._value) * float(v: int(v: 1d)) / float(v: int(v: every)),
            }),
    )
