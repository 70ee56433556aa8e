// What a worker counted of the series of one chunk. Plain data that crosses, in
// columns: a chunk may have thousands of series, and an object of each would cost
// more than the rows.

import type { SeriesTimes } from './series-times.ts';

export interface SeriesCounts {
  /** Measurement and tag set as written; each once. */
  readonly keys: readonly string[];
  /** The animal's name, or undefined when its cell is missing. */
  readonly individuals: readonly (string | undefined)[];
  readonly rows: Float64Array;
  /** First and last time, ms. */
  readonly firstMs: Float64Array;
  readonly lastMs: Float64Array;
  /** By place in the columns: the times of those whose rows do not rise from the first to the last. */
  readonly times: ReadonlyMap<number, SeriesTimes>;
}

export const NO_SERIES: SeriesCounts = {
  keys: [],
  individuals: [],
  rows: new Float64Array(0),
  firstMs: new Float64Array(0),
  lastMs: new Float64Array(0),
  times: new Map(),
};
