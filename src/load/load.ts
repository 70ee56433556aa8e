// The second pass: write what the survey found, with an account of every row.

import { isDeepStrictEqual } from 'node:util';
import type { Part, Target } from '../destination/destination.ts';
import { SkeinError } from '../errors.ts';
import { inOrder } from '../in-order.ts';
import { mappingOf } from '../movebank/mapping.ts';
import type { Chunk, Survey } from '../survey/survey.ts';
import { addBooks, areBalanced, type Books, EMPTY_BOOKS } from './books.ts';
import type { LoadedChunk, RowRange } from './load-chunk.ts';
import { RejectsFile } from './rejects.ts';
import { describeTarget, type RunDirectory } from './run-directory.ts';

export interface LoadProgress {
  readonly bytes: number;
  readonly totalBytes: number;
  readonly rows: number;
  readonly rejected: number;
}

export interface LoadSurveyedOptions {
  readonly target: Target;
  readonly directory: RunDirectory;
  /** What the survey foresees. */
  readonly expected: Books;
  /** How many chunks may be under way at once. */
  readonly ahead: number;
  /** Load one chunk in a worker. */
  readonly loadChunk: (chunk: Chunk) => Promise<LoadedChunk>;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
}

export interface Loaded {
  readonly books: Books;
  /** String values that held something that cannot be carried, by column. */
  readonly mendedText: readonly number[];
  /** Set when there are rejects. */
  readonly rejectsPath: string | undefined;
  readonly parts: readonly Part[];
}

/**
 * Load every chunk of `survey`.
 *
 * @throws SkeinError `destination` naming the rows that were not written; an Error when the books do not balance
 */
export async function loadSurveyed(survey: Survey, options: LoadSurveyedOptions): Promise<Loaded> {
  const { directory, target } = options;
  directory.begin({ journal: 1, source: survey.source, destination: describeTarget(target), chunks: survey.chunks.length });
  directory.writeMapping(mappingOf(survey.layout));
  const rejects = new RejectsFile(directory.path, survey.header.bytes);

  let mendedText = survey.layout.columns.map(() => 0);
  const unwritten: RowRange[] = [];
  let failure: string | undefined;
  let books = EMPTY_BOOKS;
  let started = 0;
  function* untilFailure(): Generator<Chunk> {
    for (const chunk of survey.chunks) {
      if (failure !== undefined) return;
      started++;
      yield chunk;
    }
  }
  for await (const { task: chunk, result } of inOrder(untilFailure(), options.ahead, options.loadChunk)) {
    if (result.failure !== undefined) {
      failure ??= result.failure.message;
      unwritten.push(...result.failure.unwritten);
      continue;
    }
    rejects.append(result.rejects);
    directory.append({ chunk: chunk.index, books: result.books, part: result.part });
    books = addBooks(books, result.books);
    mendedText = mendedText.map((count, column) => count + (result.mendedText[column] ?? 0));
    options.onProgress?.({ bytes: chunk.end, totalBytes: survey.source.size, rows: books.rows, rejected: books.rejected });
  }
  if (failure !== undefined) {
    for (const { rowsBefore, rows } of survey.chunks.slice(started)) unwritten.push([rowsBefore + 1, rowsBefore + rows]);
    throw new SkeinError(
      'destination',
      `${failure} Not written: ${describeRows(unwritten)}. Mend the cause, then run the same command with --fresh.`,
    );
  }

  const records = directory.records();
  const journaled = records.reduce((sum, record) => addBooks(sum, record.books), EMPTY_BOOKS);
  if (!areBalanced(journaled) || !isDeepStrictEqual(journaled, options.expected)) {
    throw new Error(`The books do not balance: ${JSON.stringify(journaled)}, expected ${JSON.stringify(options.expected)}`);
  }
  return {
    books: journaled,
    mendedText,
    rejectsPath: books.rejected > 0 ? rejects.path : undefined,
    parts: records.flatMap((record) => record.part ?? []),
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
  const number = (value: number): string => value.toLocaleString('en-US');
  const shown = joined.slice(0, SHOWN_RANGES).map(([first, last]) => `rows ${number(first)} to ${number(last)}`);
  const rest = joined.slice(SHOWN_RANGES).reduce((sum, [first, last]) => sum + last - first + 1, 0);
  return shown.join(', ') + (rest > 0 ? ` and ${number(rest)} more` : '');
}
