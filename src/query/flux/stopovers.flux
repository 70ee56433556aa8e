// Where each animal stayed: for at least so many days in a row all of its places were near one another.
//
// A stay is made of overlapping spells of `days` days (UTC, two or more). A spell has
// places on its first and on its last day, and all of its places, the first of each
// hour, are within `radius` km of the middle of the smallest box that holds them.
// `lat` and `lon` are the mean of the spells. Boxes are in km from the centre of the
// earth, so that neither the poles nor 180 degrees east are special. Columns:
// `individual_local_identifier`, `stay`, `from`, `to`, `days`, `lat`, `lon`, `study_name`.

import "math"

option days = 2
option radius = 30.0

earth_km = 6371.01
day_ns = 24 * 60 * 60 * 1000000000

// One row that stands for all rows of a table.
together = (tables=<-) =>
    tables
        |> reduce(
            identity: {
                first: 9223372036854775807,
                last: -9223372036854775807,
                x: 0.0,
                y: 0.0,
                z: 0.0,
                x0: 10000.0,
                x1: -10000.0,
                y0: 10000.0,
                y1: -10000.0,
                z0: 10000.0,
                z1: -10000.0,
            },
            fn: (r, accumulator) =>
                ({
                    first: if r.first < accumulator.first then r.first else accumulator.first,
                    last: if r.last > accumulator.last then r.last else accumulator.last,
                    x: accumulator.x + r.x,
                    y: accumulator.y + r.y,
                    z: accumulator.z + r.z,
                    x0: math.mMin(x: accumulator.x0, y: r.x0),
                    x1: math.mMax(x: accumulator.x1, y: r.x1),
                    y0: math.mMin(x: accumulator.y0, y: r.y0),
                    y1: math.mMax(x: accumulator.y1, y: r.y1),
                    z0: math.mMin(x: accumulator.z0, y: r.z0),
                    z1: math.mMax(x: accumulator.z1, y: r.z1),
                }),
        )

day = (ns) => ns / day_ns - (if ns % day_ns < 0 then 1 else 0)
degree = math.pi / 180.0
square = (x) => x * x

places(every: 1h)
    |> keep(columns: ["_time", "study_name", "individual_local_identifier", "lat", "lon"])
    |> map(
        fn: (r) => {
            from_axis = earth_km * math.cos(x: r.lat * degree)
            x = from_axis * math.cos(x: r.lon * degree)
            y = from_axis * math.sin(x: r.lon * degree)
            z = earth_km * math.sin(x: r.lat * degree)
            ns = int(v: r._time)

            return {r with first: ns, last: ns, x: x, y: y, z: z, x0: x, x1: x, y0: y, y1: y, z0: z, z1: z}
        },
    )
    // Days, then spells of days.
    |> window(every: 1d)
    |> together()
    |> duplicate(column: "_start", as: "_time")
    |> window(every: 1d, period: duration(v: days * day_ns))
    |> together()
    |> group(columns: ["study_name", "individual_local_identifier"])
    |> map(fn: (r) => ({r with day: day(ns: r.first)}))
    |> filter(
        fn: (r) =>
            day(ns: r.last) - r.day == days - 1 and math.sqrt(
                    x: square(x: r.x1 - r.x0) + square(x: r.y1 - r.y0) + square(x: r.z1 - r.z0),
                )
                <=
                2.0 * radius,
    )
    // Spells that begin on consecutive days are of one stay.
    |> sort(columns: ["day"])
    |> duplicate(column: "day", as: "stay")
    |> difference(columns: ["stay"], keepFirst: true)
    |> map(fn: (r) => ({r with stay: if exists r.stay and r.stay == 1 then 0 else 1}))
    |> cumulativeSum(columns: ["stay"])
    |> group(columns: ["study_name", "individual_local_identifier", "stay"])
    |> together()
    |> group(columns: ["study_name", "individual_local_identifier"])
    |> map(
        fn: (r) =>
            ({
                study_name: r.study_name,
                individual_local_identifier: r.individual_local_identifier,
                stay: r.stay,
                from: time(v: r.first),
                to: time(v: r.last),
                days: float(v: r.last - r.first) / float(v: day_ns),
                lat: math.atan2(y: r.z, x: math.sqrt(x: r.x * r.x + r.y * r.y)) / degree,
                lon: math.atan2(y: r.y, x: r.x) / degree,
            }),
    )
    |> sort(columns: ["stay"])
