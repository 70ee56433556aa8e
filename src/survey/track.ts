// The path of an animal, thinned so that a page can hold those of all animals.

/** The most fixes that are kept of a track. */
export const MAX_TRACK_FIXES = 2000;
/** The most that are kept of all tracks of a survey. */
export const MAX_KEPT_FIXES = 120_000;

/**
 * A series' path, thinned: in each time cell of `cellMs` the first, last and extreme (north, south, east, west) fixes.
 *
 * Cells are 2^k ms long and aligned to the epoch, so they nest: two of one size make one of the next, and what is kept
 * of a coarse cell is kept of its halves too. So it makes no difference in which chunks the rows were read.
 *
 * A series is one animal, tag and sensor, as it is written. A fix is a row with a place that a map shows: no reject,
 * wanted, not marked as an outlier, and not at (0, 0).
 */
export interface Track {
  /** The series key as written: measurement and tag set. */
  readonly key: string;
  /** As in the export; undefined where the rows name none. */
  readonly individual: string | undefined;
  readonly study: string | undefined;
  readonly sensor: string | undefined;
  /** Rows that are no rejects and are wanted, with a place or without. */
  readonly rows: number;
  /** Rows with a place that a map shows. */
  readonly fixes: number;
  /** Rows with a place that are marked as outliers, left out. */
  readonly outliers: number;
  /** Rows at (0, 0), which is what a tag without a fix reports, left out. */
  readonly nullIslands: number;
  /** The first and the last fix, ms; undefined where there is none. */
  readonly firstMs: number | undefined;
  readonly lastMs: number | undefined;
  /** The length of a time cell, 2^k ms. At 1 all fixes are kept, save for more than two at one time. */
  readonly cellMs: number;
  /**
   * The fixes kept, in order of time; the three lists are equally long. ms since 1970 UTC, and degrees. Empty where
   * there are so many tracks that MAX_KEPT_FIXES do not suffice for the shortest of them.
   */
  readonly timesMs: Float64Array;
  readonly latitudes: Float64Array;
  readonly longitudes: Float64Array;
  /** Fixes by UTC month, as [months since 1970-01, count], in order. Exact. */
  readonly months: readonly (readonly [number, number])[];
  /**
   * The longest times between a fix and the next, longest first, at most 10. Where the rows are not in order of time in
   * the file, none that is shorter than `cellMs`.
   */
  readonly gaps: readonly { readonly fromMs: number; readonly toMs: number }[];
  /**
   * The median time between a fix and the next, to within a 32nd; undefined with fewer than two fixes, and where the
   * rows are not in order of time in the file.
   */
  readonly medianIntervalMs: number | undefined;
}
