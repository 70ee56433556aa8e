// What the rows that are no rejects hold in each column, of a chunk or of the file.
//
// Invariant: `addColumns` is associative over chunks in file order.

/** How many values of a column are shown as examples. */
export const EXAMPLES = 3;

/** One column. Plain data that crosses from the worker. */
export interface ColumnSummary {
  /** Cells that hold something, a quoted `NA` among them. */
  filled: number;
  /** Quoted `NA` and the like, which stand for no value in a column of numbers. */
  quotedMissing: number;
  /** The smallest and the largest number; infinite where there is none. */
  least: number;
  most: number;
  /** Cells of a column of booleans that are true. */
  trues: number;
  /** The first values that differ, at most EXAMPLES, each cut to its first bytes. None of columns of numbers. */
  readonly examples: string[];
}

export function emptyColumn(): ColumnSummary {
  return { filled: 0, quotedMissing: 0, least: Number.POSITIVE_INFINITY, most: Number.NEGATIVE_INFINITY, trues: 0, examples: [] };
}

/** Add those of the rows that come next in the file. */
export function addColumns(columns: readonly ColumnSummary[], next: readonly ColumnSummary[]): void {
  for (const [i, column] of columns.entries()) {
    const more = next[i] ?? emptyColumn();
    column.filled += more.filled;
    column.quotedMissing += more.quotedMissing;
    column.least = Math.min(column.least, more.least);
    column.most = Math.max(column.most, more.most);
    column.trues += more.trues;
    for (const example of more.examples) addExample(column, example);
  }
}

export function addExample({ examples }: ColumnSummary, example: string): void {
  if (examples.length < EXAMPLES && !examples.includes(example)) examples.push(example);
}
