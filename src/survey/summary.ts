// What a worker tells of one chunk, and how such summaries add up.
//
// Invariant: `merge` is associative over chunks in file order, so the survey of
// a file does not depend on how it was cut or on who read which part. (Which
// times are suspect may, which rows really collide does not.)

import { REJECT_REASONS } from '../encode/reject.ts';
import { addNotes, emptyNotes, type RowNotes } from '../encode/row-notes.ts';
import { addColumns, type ColumnSummary, emptyColumn } from './column-summary.ts';
import { NO_SERIES, type SeriesCounts } from './series-counts.ts';
import { SeriesTotals } from './series-totals.ts';
import type { TrackPart } from './track-tally.ts';

/** How many rejects of each reason a summary shows as examples. */
const EXAMPLES = 3;

export interface RejectExample {
  /** The number of the file that the row is in. */
  readonly source: number;
  /** Counted from 1 over the data rows of what is summed up; over those of the file once it is known what comes before. */
  readonly row: number;
  /** Offset in the run, or in the file. */
  readonly offset: number;
  /** How long it is, line end included; of a malformed line over 1 MiB the part that is kept. */
  readonly bytes: number;
  /** A code of REJECT_REASONS. */
  readonly reason: number;
}

/** What is known of a run of rows, its series aside. */
interface RowSummary {
  rows: number;
  blankLines: number;
  /** Rows that are no rejects and that the user does not want. */
  filtered: number;
  /** Rejects by code. */
  rejects: number[];
  /** First and last time of rows that are no rejects, ms; infinite when there is none. */
  firstMs: number;
  lastMs: number;
  /** SAW_ bits by column. */
  evidence: Uint8Array;
  notes: RowNotes;
  /** In the order of the run, at most EXAMPLES of each reason. */
  examples: RejectExample[];
  /** Undefined where they were not asked for. */
  columns?: ColumnSummary[] | undefined;
}

/** Of one chunk. Crosses from the worker. */
export interface ChunkSummary extends RowSummary {
  series: SeriesCounts;
  /** Of these rows alone: `TrackMerger` puts them together. Undefined where they were not asked for. */
  tracks?: readonly TrackPart[] | undefined;
}

/** Of all chunks so far, or of the whole file. */
export interface Summary extends RowSummary {
  readonly series: SeriesTotals;
}

export function emptySummary(columnCount: number): Summary {
  return noRows(columnCount, new SeriesTotals());
}

export function emptyChunkSummary(columnCount: number): ChunkSummary {
  return noRows<SeriesCounts>(columnCount, NO_SERIES);
}

/**
 * Written out, and not put together by a spread: V8 gives each object that a spread
 * makes a hidden class of its own, and the survey's loop was compiled anew for each chunk.
 */
function noRows<Series>(columnCount: number, series: Series): RowSummary & { series: Series } {
  return {
    series,
    rows: 0,
    blankLines: 0,
    filtered: 0,
    rejects: new Array(REJECT_REASONS.length).fill(0),
    firstMs: Number.POSITIVE_INFINITY,
    lastMs: Number.NEGATIVE_INFINITY,
    evidence: new Uint8Array(columnCount),
    notes: emptyNotes(columnCount),
    examples: [],
    columns: undefined,
  };
}

/** Note a reject in the row last counted. */
export function addReject(summary: RowSummary, reason: number, offset: number, bytes: number): void {
  summary.rejects[reason] = (summary.rejects[reason] ?? 0) + 1;
  addExample(summary, { source: 0, row: summary.rows, offset, bytes, reason });
}

function addExample({ examples }: RowSummary, example: RejectExample): void {
  if (examples.reduce((count, { reason }) => count + (reason === example.reason ? 1 : 0), 0) < EXAMPLES) examples.push(example);
}

/** Add `next`, which comes right after `summary` in the run and is not used any more. */
export function merge(summary: Summary, next: ChunkSummary): void {
  for (const example of next.examples) addExample(summary, example);
  summary.rows += next.rows;
  summary.blankLines += next.blankLines;
  summary.filtered += next.filtered;
  summary.rejects = summary.rejects.map((count, code) => count + (next.rejects[code] ?? 0));
  summary.firstMs = Math.min(summary.firstMs, next.firstMs);
  summary.lastMs = Math.max(summary.lastMs, next.lastMs);
  summary.evidence = summary.evidence.map((bits, column) => bits | (next.evidence[column] ?? 0));
  addNotes(summary.notes, next.notes);
  if (next.columns !== undefined) {
    summary.columns ??= next.columns.map(emptyColumn);
    addColumns(summary.columns, next.columns);
  }
  summary.series.add(next.series);
}

/** How many rows of a summary are rejects. */
export function rejectedRows(summary: Pick<Summary, 'rejects'>): number {
  return summary.rejects.reduce((sum, count) => sum + count, 0);
}
