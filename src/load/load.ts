// The second pass: write what the survey found, with an account of every row.

import { isDeepStrictEqual } from 'node:util';
import type { Part } from '../destination/destination.ts';
import { SkeinError } from '../errors.ts';
import { inOrder } from '../in-order.ts';
import type { Chunk, PassProgress, Survey } from '../survey/survey.ts';
import { addBooks, areBalanced, type Books, EMPTY_BOOKS } from './books.ts';
import type { ChunkRecord, JournalContent, JournalWriter } from './journal.ts';
import type { LoadedChunk, RowRange } from './load-chunk.ts';
import { RejectsFile } from './rejects-file.ts';

export interface LoadSurveyedOptions {
  readonly journal: JournalWriter;
  /** What an earlier run did of the same load. */
  readonly earlier: JournalContent | undefined;
  /** Where the rejects go. */
  readonly directory: string;
  /** What the survey foresees. */
  readonly expected: Books;
  /** Stop when more rows than this are rejected; the server may add to those of the survey. */
  readonly maxRejects: number | undefined;
  /** How many chunks may be under way at once. */
  readonly ahead: number;
  /** Load one chunk in a worker. */
  readonly loadChunk: (chunk: Chunk) => Promise<LoadedChunk>;
  /** When it is aborted, no further chunk is begun. */
  readonly signal: AbortSignal | undefined;
  readonly onProgress?: ((progress: PassProgress) => void) | undefined;
}

export interface Loaded {
  readonly books: Books;
  /** Rows that earlier runs had done. */
  readonly resumedRows: number;
  /** String values that held something that cannot be carried, by column. */
  readonly mendedText: readonly number[];
  /** Set when there are rejects. */
  readonly rejectsPath: string | undefined;
  readonly parts: readonly Part[];
}

/**
 * Load every chunk of `survey` that an earlier run has not.
 *
 * @throws SkeinError `destination` naming the rows that were not written, `interrupted` after an abort; an Error when
 *   the books do not balance
 */
export async function loadSurveyed(survey: Survey, options: LoadSurveyedOptions): Promise<Loaded> {
  const { earlier, journal, signal, maxRejects = Number.POSITIVE_INFINITY } = options;
  const rejects = new RejectsFile(options.directory, survey.header.bytes, earlier?.records.at(-1));
  const records: ChunkRecord[] = [...(earlier?.records ?? [])];
  const done = new Set(records.map(({ chunk }) => chunk));
  const open = survey.chunks.filter(({ index }) => !done.has(index));
  let books = records.reduce((sum, record) => addBooks(sum, record.books), EMPTY_BOOKS);
  const resumedRows = books.rows;

  const unwritten: RowRange[] = [];
  let failure: string | undefined;
  let begun = 0;
  function* untilStopped(): Generator<Chunk> {
    for (const chunk of open) {
      if (failure !== undefined || signal?.aborted || books.rejected > maxRejects) return;
      begun++;
      yield chunk;
    }
  }
  for await (const { task: chunk, result } of inOrder(untilStopped(), options.ahead, options.loadChunk)) {
    if (result.failure !== undefined) {
      failure ??= result.failure.message;
      unwritten.push(...result.failure.unwritten);
      continue;
    }
    rejects.append(result.rejects);
    const mendedText = result.mendedText.some((count) => count > 0) ? result.mendedText : undefined;
    const record = { chunk: chunk.index, books: result.books, part: result.part, mendedText, ...rejects.lengths };
    journal.append(record);
    records.push(record);
    books = addBooks(books, result.books);
    options.onProgress?.({ bytes: chunk.end, totalBytes: survey.source.size, rows: books.rows, rejected: books.rejected });
  }
  if (failure !== undefined) {
    for (const { rowsBefore, rows } of open.slice(begun)) unwritten.push([rowsBefore + 1, rowsBefore + rows]);
    throw new SkeinError(
      'destination',
      `${failure} Not written: ${describeRows(unwritten)}. Mend the cause and run the same command again: it goes on from here.`,
    );
  }
  if (books.rejected > maxRejects) {
    throw new SkeinError(
      'rejects',
      `${number(books.rejected)} rows are rejected by now, more than --max-rejects ${maxRejects}: stopped with ${number(books.rows)} of ${number(survey.summary.rows)} rows done. ${rejects.path} has them and the server's reasons beside it.`,
    );
  }
  if (records.length < survey.chunks.length) {
    throw new SkeinError(
      'interrupted',
      `Stopped with ${number(books.rows)} of ${number(survey.summary.rows)} rows done. Run the same command again: it goes on from here.`,
    );
  }
  const { expected } = options;
  const refused = books.rejected - expected.rejected;
  if (
    !areBalanced(books) ||
    refused < 0 ||
    !isDeepStrictEqual(books, { ...expected, points: expected.points - refused, rejected: books.rejected })
  ) {
    throw new Error(`The books do not balance: ${JSON.stringify(books)}, expected ${JSON.stringify(expected)}`);
  }
  return {
    books,
    resumedRows,
    mendedText: survey.layout.columns.map((_, column) => records.reduce((sum, { mendedText }) => sum + (mendedText?.[column] ?? 0), 0)),
    rejectsPath: books.rejected > 0 ? rejects.path : undefined,
    // In file order, whatever order they were done in.
    parts: records.sort((a, b) => a.chunk - b.chunk).flatMap(({ part }) => part ?? []),
  };
}

const SHOWN_RANGES = 10;

/** Row ranges in words, neighbours joined. */
function describeRows(ranges: readonly RowRange[]): string {
  const joined: [number, number][] = [];
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const before = joined.at(-1);
    if (before !== undefined && before[1] + 1 >= first) before[1] = Math.max(before[1], last);
    else joined.push([first, last]);
  }
  const shown = joined.slice(0, SHOWN_RANGES).map(([first, last]) => `rows ${number(first)} to ${number(last)}`);
  const rest = joined.slice(SHOWN_RANGES).reduce((sum, [first, last]) => sum + last - first + 1, 0);
  return shown.join(', ') + (rest > 0 ? ` and ${number(rest)} more` : '');
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
