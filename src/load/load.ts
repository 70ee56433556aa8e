// The second pass: write what the survey found, with an account of every row.

import { isDeepStrictEqual } from 'node:util';
import type { Part } from '../destination/destination.ts';
import { checkUnchanged } from '../source/range-reader.ts';
import type { Chunk, LaidOutSource, PassProgress, Survey } from '../survey/survey.ts';
import { areBalanced, type Books } from './books.ts';
import type { JournalContent, JournalWriter } from './journal.ts';
import type { LoadedChunk } from './load-chunk.ts';
import { RejectsFile, rowRejects } from './rejects-file.ts';
import { runChunks } from './run-chunks.ts';

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
 * @throws SkeinError as `runChunks` does, and `source` when the file has changed since the survey; an Error when the books do not balance
 */
export async function loadSurveyed(survey: Survey, options: LoadSurveyedOptions): Promise<Loaded> {
  const { journal, earlier, maxRejects, ahead, loadChunk, signal, onProgress, expected } = options;
  const { sources } = survey;
  const [{ header }] = sources as [LaidOutSource];
  const rejects = new RejectsFile(options.directory, rowRejects(header.bytes), earlier?.records.at(-1));
  const run = { journal, earlier, rejects, maxRejects, thing: 'row', ahead, loadChunk, signal, onProgress } as const;
  const { records, books, resumedRows } = await runChunks(survey.chunks, sources.at(-1)?.end ?? 0, run);
  for (const { identity } of sources) await checkUnchanged(identity);
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
    parts: records.toSorted((a, b) => a.chunk - b.chunk).flatMap(({ part }) => part ?? []),
  };
}
