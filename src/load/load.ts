// The second pass: write what the survey found, with an account of every row.

import { isDeepStrictEqual } from 'node:util';
import type { Part } from '../destination/destination.ts';
import { checkUnchanged } from '../source/range-reader.ts';
import { shortNames } from '../source/source-name.ts';
import { type Chunk, type PassProgress, type Survey, sourceOf } from '../survey/survey.ts';
import { addBooks, areBalanced, type Books, EMPTY_BOOKS } from './books.ts';
import type { JournalContent, JournalWriter } from './journal.ts';
import type { LoadedChunk } from './load-chunk.ts';
import { RejectsFile, rowRejects } from './rejects-file.ts';
import { type RunSource, runChunks } from './run-chunks.ts';

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
  /** Told of each chunk that is done and journaled, in order. */
  readonly onLoaded: (loaded: LoadedChunk) => void;
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
  /** By source. */
  readonly shares: readonly SourceShare[];
  readonly parts: readonly Part[];
}

/** What became of the rows of one source. */
export interface SourceShare {
  readonly books: Books;
  /** Set when there are rejects. */
  readonly rejectsPath: string | undefined;
}

/**
 * Load every chunk of `survey` that an earlier run has not.
 *
 * @throws SkeinError as `runChunks` does, and `source` when the file has changed since the survey; an Error when the books do not balance
 */
export async function loadSurveyed(survey: Survey, options: LoadSurveyedOptions): Promise<Loaded> {
  const { journal, earlier, maxRejects, ahead, loadChunk, onLoaded, signal, onProgress, expected } = options;
  const { sources, chunks, layout } = survey;
  const names = shortNames(sources.map(({ identity }) => identity.path));
  const runSources = sources.map(({ index, header, identity: { path } }): RunSource => {
    const format = rowRejects(header.bytes, index, sources.length);
    const last = earlier?.records.findLast(({ chunk }) => chunks[chunk]?.source === index);
    return { name: sources.length === 1 ? undefined : names.get(path), rejects: new RejectsFile(options.directory, format, last) };
  });
  const run = { journal, earlier, sources: runSources, maxRejects, thing: 'row', ahead, loadChunk, onLoaded, signal, onProgress } as const;
  const { records, books, resumedRows } = await runChunks(chunks, sources.at(-1)?.end ?? 0, run);
  for (const { identity } of sources) await checkUnchanged(identity);
  const refused = books.rejected - expected.rejected;
  if (
    !areBalanced(books) ||
    refused < 0 ||
    !isDeepStrictEqual(books, { ...expected, points: expected.points - refused, rejected: books.rejected })
  ) {
    throw new Error(`The books do not balance: ${JSON.stringify(books)}, expected ${JSON.stringify(expected)}`);
  }
  const mendedText = new Array<number>(layout.columns.length).fill(0);
  const booksOf = sources.map(() => EMPTY_BOOKS);
  for (const { chunk, books, mendedText: mended = [] } of records) {
    const source = sourceOf(survey, chunkAt(chunks, chunk));
    booksOf[source.index] = addBooks(booksOf[source.index] ?? EMPTY_BOOKS, books);
    for (const [column, count] of mended.entries()) {
      const number = source.columns[column] ?? 0;
      mendedText[number] = (mendedText[number] ?? 0) + count;
    }
  }
  const shares = sources.map((source, i): SourceShare => {
    const own = booksOf[i] ?? EMPTY_BOOKS;
    if (!areBalanced(own) || own.rows !== source.rows || own.filtered !== source.filtered) {
      throw new Error(`The books of ${source.identity.path} do not balance: ${JSON.stringify(own)}, of ${source.rows} rows`);
    }
    return { books: own, rejectsPath: own.rejected > 0 ? runSources[i]?.rejects.path : undefined };
  });
  return {
    books,
    resumedRows,
    mendedText,
    shares,
    // In file order, whatever order they were done in.
    parts: records.toSorted((a, b) => a.chunk - b.chunk).flatMap(({ part }) => part ?? []),
  };
}

function chunkAt(chunks: readonly Chunk[], index: number): Chunk {
  const chunk = chunks[index];
  if (chunk === undefined) throw new Error(`There is no chunk ${index}`);
  return chunk;
}
