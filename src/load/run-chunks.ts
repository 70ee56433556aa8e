// Work through the chunks of a run, in order, each journaled when it is done.
//
// Input: what there is to do and what an earlier run has done of it. Output:
// the journal's records and their books. A run that cannot go on begins nothing
// more, waits for what is under way, and says how to go on: what was done stays
// done.

import { clipNames } from '../clip.ts';
import { count } from '../counted.ts';
import { SkeinError } from '../errors.ts';
import { inOrder } from '../in-order.ts';
import type { PassProgress } from '../survey/survey.ts';
import { addBooks, type Books, EMPTY_BOOKS } from './books.ts';
import type { ChunkRecord, JournalContent, JournalWriter } from './journal.ts';
import type { LoadedChunk, RowRange } from './load-chunk.ts';
import type { RejectsFile } from './rejects-file.ts';

/** What is done at once: a chunk of an export, or the part that was made of it. */
export interface RunChunk {
  readonly index: number;
  /** Which of the run's sources it is of. */
  readonly source: number;
  /** Rows of all chunks of its source before it, and its own; of parts they are lines. */
  readonly rowsBefore: number;
  readonly rows: number;
  /** Of all bytes of the run, how many are done when it is. */
  readonly end: number;
}

/** Whose rows a run writes. */
export interface RunSource {
  /** To tell it from others; undefined where there are none. */
  readonly name: string | undefined;
  readonly rejects: RejectsFile;
}

export interface RunChunksOptions<Chunk extends RunChunk> {
  readonly journal: JournalWriter;
  /** What an earlier run did of the same. */
  readonly earlier: JournalContent | undefined;
  readonly sources: readonly RunSource[];
  /** Stop when more rows than this are rejected. */
  readonly maxRejects: number | undefined;
  /** What a row is called. */
  readonly thing: 'row' | 'line';
  /** How many chunks may be under way at once. */
  readonly ahead: number;
  /** Do one chunk in a worker. */
  readonly loadChunk: (chunk: Chunk) => Promise<LoadedChunk>;
  /** Told of each chunk that is done and journaled, in order. */
  readonly onLoaded?: ((loaded: LoadedChunk) => void) | undefined;
  /** When it is aborted, no further chunk is begun. */
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: PassProgress) => void) | undefined;
}

export interface ChunksRun {
  /** One for each chunk, in any order. */
  readonly records: readonly ChunkRecord[];
  readonly books: Books;
  /** Rows that earlier runs had done. */
  readonly resumedRows: number;
}

/**
 * Do every one of `chunks` that an earlier run has not.
 *
 * @param totalBytes of the run, as `end` counts them
 * @throws SkeinError `destination` naming the rows that were not written, `rejects`, `interrupted` after an abort, and
 *   what `loadChunk` throws
 */
export async function runChunks<Chunk extends RunChunk>(
  chunks: readonly Chunk[],
  totalBytes: number,
  options: RunChunksOptions<Chunk>,
): Promise<ChunksRun> {
  const { earlier, journal, sources, signal, thing, maxRejects = Number.POSITIVE_INFINITY } = options;
  const records: ChunkRecord[] = [...(earlier?.records ?? [])];
  const done = new Set(records.map(({ chunk }) => chunk));
  const open = chunks.filter(({ index }) => !done.has(index));
  let books = records.reduce((sum, record) => addBooks(sum, record.books), EMPTY_BOOKS);
  const resumedRows = books.rows;

  const unwritten: RowRange[][] = sources.map(() => []);
  let failure: SkeinError | string | undefined;
  let begun = 0;
  let canRecord = true;
  function* untilStopped(): Generator<Chunk> {
    for (const chunk of open) {
      if (failure !== undefined || signal?.aborted || books.rejected > maxRejects) return;
      begun++;
      yield chunk;
    }
  }
  for await (const { task: chunk, result } of inOrder(untilStopped(), options.ahead, (chunk) => settled(options.loadChunk(chunk)))) {
    if (result instanceof SkeinError) {
      failure ??= result;
      continue;
    }
    if (result.failure !== undefined) {
      failure ??= result.failure.message;
      unwritten[chunk.source]?.push(...result.failure.unwritten);
      continue;
    }
    // Rejects lie in the order of the chunks, so those behind a gap wait until it is filled.
    const isBehindGap = failure !== undefined && result.rejects.bytes.length > 0;
    if (isBehindGap || !canRecord) continue;
    const { rejects } = sourceOf(sources, chunk);
    try {
      rejects.append(result.rejects);
      const mendedText = result.mendedText.some((count) => count > 0) ? result.mendedText : undefined;
      const record = { chunk: chunk.index, books: result.books, part: result.part, mendedText, ...rejects.lengths };
      journal.append(record);
      records.push(record);
    } catch (error) {
      if (!(error instanceof SkeinError)) throw error;
      // What was appended may be torn, so nothing may come after it.
      canRecord = false;
      failure ??= new SkeinError(error.code, `${error.message} Then run the same command again: ${GOES_ON}.`, { cause: error });
      continue;
    }
    options.onLoaded?.(result);
    books = addBooks(books, result.books);
    options.onProgress?.({ bytes: chunk.end, totalBytes, rows: books.rows, rejected: books.rejected });
  }

  const doneSoFar = (): string => `${count(books.rows)} of ${count(chunks.reduce((sum, { rows }) => sum + rows, 0))} ${thing}s done`;
  if (failure instanceof SkeinError) throw failure;
  const stopped = `Stopped with ${doneSoFar()}. Run the same command again: ${GOES_ON}.`;
  if (failure !== undefined) {
    if (signal?.aborted) throw new SkeinError('interrupted', `${failure} ${stopped}`);
    for (const { source, rowsBefore, rows } of open.slice(begun)) unwritten[source]?.push([rowsBefore + 1, rowsBefore + rows]);
    throw new SkeinError(
      'destination',
      `${failure} Not written: ${describeUnwritten(unwritten, sources, thing)}. Mend the cause and run the same command again: ${GOES_ON}.`,
    );
  }
  if (books.rejected > maxRejects) {
    throw new SkeinError(
      'rejects',
      `${count(books.rejected)} ${thing}s are rejected by now, more than --max-rejects ${maxRejects}: stopped with ${doneSoFar()}. ${pathsOf(sources)} has them and the server's reasons beside it.`,
    );
  }
  if (records.length < chunks.length) {
    throw new SkeinError('interrupted', stopped);
  }
  return { records, books, resumedRows };
}

/** A SkeinError becomes a result, so that the chunks under way are waited for. A bug does not. */
async function settled(loaded: Promise<LoadedChunk>): Promise<LoadedChunk | SkeinError> {
  try {
    return await loaded;
  } catch (error) {
    if (error instanceof SkeinError) return error;
    throw error;
  }
}

const GOES_ON = 'it goes on from here';
const SHOWN_RANGES = 10;

function sourceOf(sources: readonly RunSource[], { source }: RunChunk): RunSource {
  const found = sources[source];
  if (found === undefined) throw new Error(`There is no source ${source}`);
  return found;
}

/** The files of rejects that there are. */
function pathsOf(sources: readonly RunSource[]): string {
  return clipNames(sources.flatMap(({ rejects }) => (rejects.lengths.rejectsBytes > 0 ? [rejects.path] : [])));
}

/** @param unwritten by source */
function describeUnwritten(unwritten: readonly (readonly RowRange[])[], sources: readonly RunSource[], thing: string): string {
  const described = unwritten.flatMap((ranges, source) => {
    const name = sources[source]?.name;
    return ranges.length === 0 ? [] : [`${describeRows(ranges, thing)}${name === undefined ? '' : ` of ${name}`}`];
  });
  const more = described.length - SHOWN_RANGES;
  return described.slice(0, SHOWN_RANGES).join('; ') + (more > 0 ? ` and some of ${more} more files` : '');
}

/** Row ranges in words, neighbours joined. */
function describeRows(ranges: readonly RowRange[], thing: string): string {
  const joined: [number, number][] = [];
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const before = joined.at(-1);
    if (before !== undefined && before[1] + 1 >= first) before[1] = Math.max(before[1], last);
    else joined.push([first, last]);
  }
  const shown = joined.slice(0, SHOWN_RANGES).map(([first, last]) => `${thing}s ${count(first)} to ${count(last)}`);
  const rest = joined.slice(SHOWN_RANGES).reduce((sum, [first, last]) => sum + last - first + 1, 0);
  return shown.join(', ') + (rest > 0 ? ` and ${count(rest)} more` : '');
}
