// Guess the taxon (or the individual) at each fix of every second week, by a naive Bayes classifier that has learned from the weeks between.
//
// It goes by the month, bands of `lat_band` and `lon_band` degrees, and the speed
// since the fix before: below 1, 10 or 40 km/h, or above. How probable a value is in
// a class is counted with one more fix for each value that there can be (Laplace).
// `class` is "taxon" or "individual"; else taxon, where there are several.
// `always_commonest` is how accurate it would be to guess the same class always. Columns:
// `guessed`, `right`, `accuracy`, `always_commonest`; `class`, `guess`, `fixes`.

import "date"
import "join"
import "math"

option class = ""
option lat_band = 5.0
option lon_band = 10.0

taxa =
    located()
        |> filter(fn: (r) => r._field == "lat")
        |> first()
        |> group()
        |> distinct(column: "individual_taxon_canonical_name")
        |> findColumn(fn: (key) => true, column: "_value")
by_taxon =
    if class == "taxon" then
        true
    else if class == "individual" then
        false
    else if class == "" then
        length(arr: taxa) > 1
    else
        die(msg: "class is taxon or individual, not " + class)
week_ns = 7 * 24 * 60 * 60 * 1000000000

// Every fix from an animal's second on, with what it is guessed by.
seen =
    fixes()
        |> map(
            fn: (r) =>
                ({r with class:
                        if not by_taxon then
                            r.individual_local_identifier
                        else if exists r.individual_taxon_canonical_name then
                            r.individual_taxon_canonical_name
                        else
                            "",
                }),
        )
        |> keep(columns: ["_time", "study_name", "individual_local_identifier", "class", "lat", "lon"])
        |> steps()
        |> map(
            fn: (r) => {
                speed = r.km / r.hours

                return {
                    _time: r._time,
                    individual_local_identifier: r.individual_local_identifier,
                    class: r.class,
                    learned: int(v: r._time) / week_ns % 2 == 0,
                    month: date.month(t: r._time),
                    lat_band: int(v: math.floor(x: r.lat / lat_band)),
                    lon_band: int(v: math.floor(x: r.lon / lon_band)),
                    n: 1,
                    speed: if speed < 1.0 then 0 else if speed < 10.0 then 1 else if speed < 40.0 then 2 else 3,
                }
            },
        )
        |> group()

// How many there are of each combination: everything below looks at these only.
combinations =
    seen
        |> group(columns: ["learned", "class", "month", "lat_band", "lon_band", "speed"])
        |> sum(column: "n")
        |> group()
learned = combinations |> filter(fn: (r) => r.learned)
tested = combinations |> filter(fn: (r) => not r.learned)

classes = learned |> group(columns: ["class"]) |> sum(column: "n") |> group() |> sort(columns: ["class"])

// How many fixes of a class have a value, under the name `n_of`.
having = (column) =>
    learned
        |> group(columns: ["class", column])
        |> sum(column: "n")
        |> group()
        |> rename(columns: {n: "n_of"})

// Add the logarithm of how probable the value in a column is in a class, of `possible` values.
weigh = (tables=<-, column, possible, same) =>
    join.left(
        left: tables,
        right: having(column: column),
        on: same,
        as: (l, r) =>
            ({l with score: l.score + math.log(
                        x: float(v: (if exists r.n_of then r.n_of else 0) + 1) / float(v: l.n_class + possible),
                    )}),
    )

total = learned |> sum(column: "n") |> map(fn: (r) => ({r with one: 1}))

// The likeliest class for each combination; of equally likely ones the first in the alphabet.
guesses =
    join.inner(
        left:
            tested
                |> group(columns: ["month", "lat_band", "lon_band", "speed"])
                |> sum(column: "n")
                |> group()
                |> drop(columns: ["n"])
                |> map(fn: (r) => ({r with one: 1})),
        right:
            join.inner(
                left: classes |> map(fn: (r) => ({r with one: 1})),
                right: total,
                on: (l, r) => l.one == r.one,
                as: (l, r) => ({one: 1, class: l.class, n_class: l.n, score: math.log(x: float(v: l.n) / float(v: r.n))}),
            ),
        on: (l, r) => l.one == r.one,
        as: (l, r) => ({l with class: r.class, n_class: r.n_class, score: r.score}),
    )
        |> weigh(column: "month", possible: 12, same: (l, r) => l.class == r.class and l.month == r.month)
        |> weigh(
            column: "lat_band",
            possible: int(v: math.ceil(x: 180.0 / lat_band)),
            same: (l, r) => l.class == r.class and l.lat_band == r.lat_band,
        )
        |> weigh(
            column: "lon_band",
            possible: int(v: math.ceil(x: 360.0 / lon_band)),
            same: (l, r) => l.class == r.class and l.lon_band == r.lon_band,
        )
        |> weigh(column: "speed", possible: 4, same: (l, r) => l.class == r.class and l.speed == r.speed)
        |> group(columns: ["month", "lat_band", "lon_band", "speed"])
        |> sort(columns: ["class"])
        |> max(column: "score")
        |> group()

// How often each guess was made where which class was right.
compared =
    join.inner(
        left: tested,
        right: guesses,
        on: (l, r) => l.month == r.month and l.lat_band == r.lat_band and l.lon_band == r.lon_band and l.speed == r.speed,
        as: (l, r) => ({class: l.class, guess: r.class, n: l.n, right: if l.class == r.class then l.n else 0}),
    )
all = compared |> reduce(
    identity: {guessed: 0, right: 0},
    fn: (r, accumulator) => ({guessed: accumulator.guessed + r.n, right: accumulator.right + r.right}),
)
commonest = compared |> group(columns: ["class"]) |> sum(column: "n") |> group() |> max(column: "n")

join.inner(
    left: all |> map(fn: (r) => ({r with one: 1})),
    right: commonest |> map(fn: (r) => ({n: r.n, one: 1})),
    on: (l, r) => l.one == r.one,
    as: (l, r) =>
        ({
            guessed: l.guessed,
            right: l.right,
            accuracy: float(v: l.right) / float(v: l.guessed),
            always_commonest: float(v: r.n) / float(v: l.guessed),
        }),
)
    |> yield(name: "accuracy")

compared
    |> group(columns: ["class", "guess"])
    |> sum(column: "n")
    |> group()
    |> rename(columns: {n: "fixes"})
    |> sort(columns: ["class", "guess"])
    |> yield(name: "confusion")
