// Where each animal was last, with its number in the alphabet.
//
// From the last row of each window, as an animal's last row of all may be an outlier.
// Columns: `number`, `individual_local_identifier`, `time`, `lat`, `lon`, `study_name`.

located()
    |> window(every: v.windowPeriod)
    |> last()
    |> window(every: inf)
    |> placed()
    |> last(column: "lat")
    |> group()
    |> sort(columns: ["study_name", "individual_local_identifier"])
    |> map(
        fn: (r) =>
            ({
                number: 1,
                study_name: r.study_name,
                individual_local_identifier: r.individual_local_identifier,
                _time: r._time,
                lat: r.lat,
                lon: r.lon,
            }),
    )
    |> cumulativeSum(columns: ["number"])
