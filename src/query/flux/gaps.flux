// When an animal had no fix for so many days or longer, the longest gap first.
//
// Only the first and the last fix of each window of that length are read: no such gap
// can lie between two others. Columns: `individual_local_identifier`, `from`, `to`,
// `days`, `study_name`.

option days = 7.0

longest = duration(v: int(v: days * 86400000000000.0))
ends = (pick) =>
    located()
        |> filter(fn: (r) => r._field == "lat")
        |> window(every: longest)
        |> pick()
        |> window(every: inf)

union(tables: [ends(pick: first), ends(pick: last)])
    |> animals()
    |> sort(columns: ["_time"])
    |> elapsed(unit: 1ms)
    |> filter(fn: (r) => r.elapsed >= int(v: longest) / 1000000)
    |> map(
        fn: (r) =>
            ({
                study_name: r.study_name,
                individual_local_identifier: r.individual_local_identifier,
                from: time(v: int(v: r._time) - r.elapsed * 1000000),
                to: r._time,
                days: float(v: r.elapsed) / 86400000.0,
            }),
    )
    |> group()
    |> sort(columns: ["days"], desc: true)
    |> limit(n: 1000)
