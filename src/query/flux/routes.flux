// The tracks as a map draws them: each place with the number of its animal in the alphabet.
//
// A table for each animal. Columns: `number`, `individual_local_identifier`, `time`,
// `lat`, `lon`, `study_name`.

import "join"

found = places(every: v.windowPeriod) |> keep(columns: ["_time", "study_name", "individual_local_identifier", "lat", "lon"])
numbers =
    found
        |> limit(n: 1)
        |> group()
        |> sort(columns: ["study_name", "individual_local_identifier"])
        |> map(fn: (r) => ({study_name: r.study_name, individual_local_identifier: r.individual_local_identifier, number: 1}))
        |> cumulativeSum(columns: ["number"])
        |> group(columns: ["study_name", "individual_local_identifier"])

join.inner(
    left: found,
    right: numbers,
    on: (l, r) => l.study_name == r.study_name and l.individual_local_identifier == r.individual_local_identifier,
    as: (l, r) =>
        ({
            _time: l._time,
            study_name: l.study_name,
            individual_local_identifier: l.individual_local_identifier,
            lat: l.lat,
            lon: l.lon,
            number: r.number,
        }),
)
