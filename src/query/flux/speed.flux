// How fast each animal was, in m/s, from each place to the next as the crow flies.
//
// The first fix of each window stands for it, with its own time: the longer the
// windows, the more of an animal's detours are cut off. A table for each animal, as a
// chart wants it. Columns: `individual_local_identifier`, `time`, `value`, `study_name`.

located()
    |> window(every: v.windowPeriod)
    |> first()
    |> window(every: inf)
    |> placed()
    |> keep(columns: ["_time", "study_name", "individual_local_identifier", "lat", "lon"])
    |> steps()
    |> map(
        fn: (r) =>
            ({
                _time: r._time,
                study_name: r.study_name,
                individual_local_identifier: r.individual_local_identifier,
                _value: r.km / r.hours / 3.6,
            }),
    )
