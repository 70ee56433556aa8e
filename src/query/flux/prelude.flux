// What every query begins with: the fixes that the reader of a dashboard, or the
// user of `skein query`, has chosen.
//
// `v` is Grafana's and InfluxDB's own record of a query's bucket, time range and
// window; `${name:regex}` is Grafana's notation for what a variable is set to.
// The storage engine takes these filters over: they cost no reading. To it a tag
// that is missing is an empty one, so that /^.*$/ loses nothing.

import "experimental/geo"

// The values of one field, or of several, of the chosen animals, a table a series.
values = (fn) =>
    from(bucket: v.defaultBucket)
        |> range(start: v.timeRangeStart, stop: v.timeRangeStop)
        |> filter(fn: (r) => r._measurement == "${measurement}")
        |> filter(fn: fn)
        |> filter(fn: (r) => r.study_name =~ /^${study:regex}$/ or r.study_id =~ /^${study:regex}$/)
        |> filter(fn: (r) => r.individual_taxon_canonical_name =~ /^${taxon:regex}$/)
        |> filter(fn: (r) => r.individual_local_identifier =~ /^${individual:regex}$/ or r.individual_id =~ /^${individual:regex}$/)

// The same under one name, also where an export has only an id of the animal or the study; a table an animal.
animals = (tables=<-) =>
    tables
        |> map(
            fn: (r) =>
                ({r with
                    study_name: if exists r.study_name then r.study_name else if exists r.study_id then r.study_id else "",
                    individual_local_identifier:
                        if exists r.individual_local_identifier then
                            r.individual_local_identifier
                        else if exists r.individual_id then
                            r.individual_id
                        else
                            "",
                }),
        )
        |> group(columns: ["study_name", "individual_local_identifier"])

// What places are made of. Of several rows of one series and time only the first
// counts: the others have a tag `dup`.
located = () =>
    values(fn: (r) => r._field == "lat" or r._field == "lon" or r._field == "visible")
        |> filter(fn: (r) => not exists r.dup)

// Rows with columns `_time`, `lat` and `lon`, a table an animal, in the order of
// time: without outliers (`visible` is false), and without the place at exactly
// latitude 0, longitude 0, which is what some tags write that have found none.
placed = (tables=<-) =>
    tables
        |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")
        |> filter(
            fn: (r) =>
                exists r.lat and exists r.lon and not (exists r.visible and r.visible == false) and not (r.lat == 0.0 and r.lon == 0.0),
        )
        |> animals()
        |> sort(columns: ["_time"])

// Every place.
fixes = () => located() |> placed()

// The first place in each window of time, with the time at which the window
// begins. The storage engine does this too. Where the first row of a window is an
// outlier, the window has no place.
places = (every) =>
    located()
        |> aggregateWindow(every: every, fn: first, createEmpty: false, timeSrc: "_start")
        |> placed()

// From each animal's second place on: how far it is from the place before, in km, and how long after it.
steps = (tables=<-) =>
    tables
        |> duplicate(column: "lat", as: "lat_step")
        |> duplicate(column: "lon", as: "lon_step")
        |> difference(columns: ["lat_step", "lon_step"], keepFirst: true)
        |> elapsed(unit: 1ms, columnName: "ms")
        |> map(
            fn: (r) =>
                ({r with
                    km: geo.ST_Distance(region: {lat: r.lat - r.lat_step, lon: r.lon - r.lon_step}, geometry: {lat: r.lat, lon: r.lon}),
                    hours: float(v: r.ms) / 3600000.0,
                }),
        )
        |> drop(columns: ["lat_step", "lon_step", "ms"])
