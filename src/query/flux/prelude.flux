// What every query begins with: the fixes that the reader of a dashboard, or the
// user of `skein query`, has chosen.
//
// `v` is Grafana's and InfluxDB's own record of a query's bucket, time range and
// window; `${name:regex}` is Grafana's notation for what a variable is set to.
// The storage engine takes these filters over: they cost no reading.

// The values of one field, or of several, of the chosen animals, a table a series.
values = (fn) =>
    from(bucket: v.defaultBucket)
        |> range(start: v.timeRangeStart, stop: v.timeRangeStop)
        |> filter(fn: (r) => r._measurement == "${measurement}")
        |> filter(fn: fn)
        |> filter(fn: (r) => r.study_name =~ /^${study:regex}$/)
        |> filter(fn: (r) => r.individual_taxon_canonical_name =~ /^${taxon:regex}$/)
        |> filter(fn: (r) => r.individual_local_identifier =~ /^${individual:regex}$/)

// The first place in each window of time, a table an animal: columns `_time`, `lat` and `lon`.
places = (every) =>
    values(fn: (r) => r._field == "lat" or r._field == "lon")
        |> filter(fn: (r) => not exists r.dup)
        |> aggregateWindow(every: every, fn: first, createEmpty: false)
        |> group(columns: ["individual_local_identifier", "_field"])
        |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")
        |> group(columns: ["individual_local_identifier"])
        |> sort(columns: ["_time"])
