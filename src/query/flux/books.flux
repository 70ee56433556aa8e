// The books of the last load of each file: rows = points + duplicates + rejected + filtered.
//
// They do not depend on the time range: `from` and `to` (Unix ms, half-open) are that
// of the data. Columns: `source`, `measurement`, `time`, `rows`, `points`, `duplicates`,
// `rejected`, `filtered`, `from`, `to`, `seconds`.

from(bucket: v.defaultBucket)
    |> range(start: 2000-01-01T00:00:00Z)
    |> filter(fn: (r) => r._measurement == "skein_load")
    |> last()
    |> group(columns: ["source", "measurement", "_field"])
    |> pivot(rowKey: ["_time", "source", "measurement"], columnKey: ["_field"], valueColumn: "_value")
    |> map(fn: (r) => ({r with from: r.first_ms, to: r.last_ms + 1}))
    |> group()
    |> sort(columns: ["_time"], desc: true)
    |> drop(columns: ["_start", "_stop", "_measurement", "first_ms", "last_ms"])
