// The series of a file, summed up: how many rows each has, and when.
//
// There may be a hundred thousand of them, so none is an object: what is known
// of series `i` lies at `i` of a few columns. Invariant: a series' number never
// changes, and numbers rise in the order in which series are added.

import { GrowingColumn } from '../growing-column.ts';
import type { SeriesCounts } from './series-counts.ts';
import { addTimes, type SeriesTimes, timesOf } from './series-times.ts';

/** One series' share of some rows. */
export interface SeriesSummary {
  /** Measurement and tag set as written. */
  readonly key: string;
  readonly individual: string | undefined;
  readonly rows: number;
  readonly times: SeriesTimes;
}

/** Where in time a series' rows of one chunk are. */
export interface SeriesSpan {
  /** The series' number. */
  readonly series: number;
  /** First and last time, ms. */
  readonly firstMs: number;
  readonly lastMs: number;
}

export class SeriesTotals {
  readonly #numbers = new Map<string, number>();
  readonly #individuals: (string | undefined)[] = [];
  readonly #rows = new GrowingColumn();
  readonly #firstMs = new GrowingColumn();
  readonly #lastMs = new GrowingColumn();
  /** Of series whose times are more than one run. */
  readonly #times = new Map<number, SeriesTimes>();

  get size(): number {
    return this.#numbers.size;
  }

  /** Add the rows of a chunk, which come right after those added before. Hot: over every series of every chunk. */
  add(counts: SeriesCounts): void {
    for (const [i, key] of counts.keys.entries()) {
      const rows = counts.rows[i]!;
      const first = counts.firstMs[i]!;
      const last = counts.lastMs[i]!;
      const times = counts.times.get(i);
      const number = this.#numbers.get(key);
      if (number !== undefined) {
        this.#rows.values[number]! += rows;
        const known = this.times(number);
        addTimes(known, times ?? timesOf(first, last));
        this.#times.set(number, known);
        continue;
      }
      if (times !== undefined) this.#times.set(this.size, times);
      this.#numbers.set(key, this.size);
      this.#individuals.push(counts.individuals[i]);
      this.#rows.push(rows);
      this.#firstMs.push(first);
      this.#lastMs.push(last);
    }
  }

  /** Where the series of a chunk that was added are. */
  spansOf({ keys, firstMs, lastMs }: SeriesCounts): SeriesSpan[] {
    return keys.map((key, i) => ({ series: this.#numbers.get(key)!, firstMs: firstMs[i]!, lastMs: lastMs[i]! }));
  }

  /** The times of a series, by its number. */
  times(number: number): SeriesTimes {
    return this.#times.get(number) ?? timesOf(this.#firstMs.values[number]!, this.#lastMs.values[number]!);
  }

  keys(): Iterable<string> {
    return this.#numbers.keys();
  }

  /** Each is made when it is asked for. */
  *values(): Generator<SeriesSummary> {
    for (const [key, number] of this.#numbers) {
      yield { key, individual: this.#individuals[number], rows: this.#rows.values[number]!, times: this.times(number) };
    }
  }
}
