// The summary of some rows of one file as a part of its run.

import { type ColumnSummary, emptyColumn } from './column-summary.ts';
import type { ChunkSummary } from './summary.ts';

/** Where the rows are. */
export interface SummaryPlace {
  /** The number of the file, and how many of its rows come before. */
  readonly source: number;
  readonly rowsBefore: number;
  /** The offset of the file's first byte. */
  readonly start: number;
  /** By the file's columns: those of the run, and how many there are. */
  readonly columns: readonly number[];
  readonly columnCount: number;
}

function spreadColumns(own: readonly ColumnSummary[], columns: readonly number[], columnCount: number): ColumnSummary[] {
  const all = Array.from({ length: columnCount }, emptyColumn);
  for (const [column, summary] of own.entries()) all[columns[column] ?? 0] = summary;
  return all;
}

/** The same, with columns counted as those of the run, and examples as people look them up. `summary` is not used any more. */
export function placeSummary(summary: ChunkSummary, { source, rowsBefore, start, columns, columnCount }: SummaryPlace): ChunkSummary {
  const spread = (counts: readonly number[]): number[] => {
    const all = new Array<number>(columnCount).fill(0);
    for (const [column, count] of counts.entries()) all[columns[column] ?? 0] = count;
    return all;
  };
  const { notes } = summary;
  return {
    ...summary,
    columns: summary.columns === undefined ? undefined : spreadColumns(summary.columns, columns, columnCount),
    evidence: Uint8Array.from(spread([...summary.evidence])),
    notes: {
      ...notes,
      misfits: spread(notes.misfits),
      leftOutText: spread(notes.leftOutText),
      mendedTags: spread(notes.mendedTags),
    },
    examples: summary.examples.map((one) => ({ ...one, source, row: rowsBefore + one.row, offset: one.offset - start })),
  };
}
