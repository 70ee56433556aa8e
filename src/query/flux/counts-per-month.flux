// How many fixes each animal has in each month: rows with a location, outliers included.
//
// Columns: `individual_local_identifier`, `month`, `fixes`, `study_name`.

import "strings"

located()
    |> filter(fn: (r) => r._field == "lat")
    |> aggregateWindow(every: 1mo, fn: count, createEmpty: false, timeSrc: "_start")
    |> map(fn: (r) => ({r with month: strings.substring(v: string(v: r._time), start: 0, end: 7)}))
    |> animals()
    |> group(columns: ["study_name", "individual_local_identifier", "month"])
    |> sum()
    |> group(columns: ["study_name", "individual_local_identifier"])
    |> sort(columns: ["month"])
    |> rename(columns: {_value: "fixes"})
