// The account of every row.

/** What became of some rows. `rows = points + duplicates + rejected + filtered`, always. */
export interface Books {
  /** Data rows read. */
  readonly rows: number;
  /** Lines written. */
  readonly points: number;
  /** Rows not written because of a collision. */
  readonly duplicates: number;
  /** Rows that could not be written, for a reason each. */
  readonly rejected: number;
  /** Rows that the user did not want. */
  readonly filtered: number;
  /** Lines written that a later line replaces: none, once it is decided what becomes of rows that share a time. */
  readonly overwritten: number;
}

export const EMPTY_BOOKS: Books = { rows: 0, points: 0, duplicates: 0, rejected: 0, filtered: 0, overwritten: 0 };

/** The books of two runs of rows together. */
export function addBooks(a: Books, b: Books): Books {
  return {
    rows: a.rows + b.rows,
    points: a.points + b.points,
    duplicates: a.duplicates + b.duplicates,
    rejected: a.rejected + b.rejected,
    filtered: a.filtered + b.filtered,
    overwritten: a.overwritten + b.overwritten,
  };
}

export function areBalanced({ rows, points, duplicates, rejected, filtered }: Books): boolean {
  return rows === points + duplicates + rejected + filtered;
}
