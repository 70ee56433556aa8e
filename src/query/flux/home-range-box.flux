// The box in which each animal was, in degrees: of all its fixes, and of their inner 95 %.
//
// The inner one leaves out the outermost 2.5 % on each of its sides. An animal that
// crosses 180 degrees east gets a box round the earth. Columns: `individual_local_identifier`,
// `box`, `south`, `north`, `west`, `east`, `study_name`.

found = fixes() |> keep(columns: ["study_name", "individual_local_identifier", "lat", "lon"])
low = (column, tables=<-) => tables |> quantile(q: 0.025, column: column, method: "exact_mean")
high = (column, tables=<-) => tables |> quantile(q: 0.975, column: column, method: "exact_mean")

side = (box, name, column, fn) =>
    found
        |> fn(column: column)
        |> map(
            fn: (r) =>
                ({
                    study_name: r.study_name,
                    individual_local_identifier: r.individual_local_identifier,
                    box: box,
                    side: name,
                    degrees: if column == "lat" then r.lat else r.lon,
                }),
        )

union(
    tables: [
        side(box: "all", name: "south", column: "lat", fn: min),
        side(box: "all", name: "north", column: "lat", fn: max),
        side(box: "all", name: "west", column: "lon", fn: min),
        side(box: "all", name: "east", column: "lon", fn: max),
        side(box: "inner 95 %", name: "south", column: "lat", fn: low),
        side(box: "inner 95 %", name: "north", column: "lat", fn: high),
        side(box: "inner 95 %", name: "west", column: "lon", fn: low),
        side(box: "inner 95 %", name: "east", column: "lon", fn: high),
    ],
)
    |> pivot(rowKey: ["study_name", "individual_local_identifier", "box"], columnKey: ["side"], valueColumn: "degrees")
