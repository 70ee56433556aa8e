// How far each animal travelled on each day, in km along the straight lines from fix to fix.
//
// A step belongs to the day on which it ends. geo.totalDistance, day by day, would
// leave out the steps over midnight. Columns: `individual_local_identifier`, `day`,
// `km`, `study_name`.

import "strings"

fixes()
    |> keep(columns: ["_time", "study_name", "individual_local_identifier", "lat", "lon"])
    |> steps()
    |> aggregateWindow(every: 1d, fn: sum, column: "km", timeSrc: "_start", createEmpty: false)
    |> map(fn: (r) => ({r with day: strings.substring(v: string(v: r._time), start: 0, end: 10)}))
    |> keep(columns: ["study_name", "individual_local_identifier", "day", "km"])
