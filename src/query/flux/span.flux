// From when to when each animal was followed: its first and its last fix.
//
// The storage engine finds them without reading what is between. Columns:
// `individual_local_identifier`, `first`, `last`, `study_name`.

ends = (name, fn, desc) =>
    located()
        |> filter(fn: (r) => r._field == "lat")
        |> fn()
        |> animals()
        |> sort(columns: ["_time"], desc: desc)
        |> limit(n: 1)
        |> set(key: "end", value: name)

union(tables: [ends(name: "first", fn: first, desc: false), ends(name: "last", fn: last, desc: true)])
    |> pivot(rowKey: ["study_name", "individual_local_identifier"], columnKey: ["end"], valueColumn: "_time")
