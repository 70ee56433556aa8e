// How far each animal was from its first place, in km as the crow flies.
//
// The first place is the first in the time range. A table for each animal, as a chart
// wants it. Columns: `individual_local_identifier`, `time`, `value`, `study_name`.

import "join"

found = places(every: v.windowPeriod) |> keep(columns: ["_time", "study_name", "individual_local_identifier", "lat", "lon"])

join.inner(
    left: found,
    right: found |> limit(n: 1),
    on: (l, r) => l.study_name == r.study_name and l.individual_local_identifier == r.individual_local_identifier,
    as: (l, r) => ({l with first_lat: r.lat, first_lon: r.lon}),
)
    |> map(
        fn: (r) =>
            ({
                _time: r._time,
                study_name: r.study_name,
                individual_local_identifier: r.individual_local_identifier,
                _value: geo.ST_Distance(region: {lat: r.first_lat, lon: r.first_lon}, geometry: {lat: r.lat, lon: r.lon}),
            }),
    )
