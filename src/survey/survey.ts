// The first pass: read a file whole, write nothing, learn everything.
//
// The main thread cuts the file into ranges, lets the workers sum them up, and
// puts the sums together in file order. It makes sure that they tile; see
// `csv/tiling`.

import { type Header, readHeader } from '../csv/header.ts';
import { type ByteRange, cutRanges, judgeTile } from '../csv/tiling.ts';
import { SkeinError } from '../errors.ts';
import { inOrder } from '../in-order.ts';
import type { Layout } from '../movebank/layout.ts';
import type { OpenSource } from '../source/open-source.ts';
import type { SourceIdentity } from '../source/range-reader.ts';
import { SNIFF_BYTES } from '../source/sniff.ts';
import { resolveLayout } from './resolve.ts';
import { firstTime, lastTime } from './series-times.ts';
import { emptySummary, merge, rejectedRows, type SeriesSummary, type Summary } from './summary.ts';
import type { SurveyChunkTask, SurveyedChunk } from './survey-chunk.ts';

/** A range whose rows are known: they begin at `start`, a row's first byte, and before `end`. */
export interface Chunk extends ByteRange {
  readonly index: number;
  readonly rows: number;
  /** How many data rows of the file come before it. */
  readonly rowsBefore: number;
  readonly rejected: number;
}

/** A series' rows in one chunk: between these times, ms, both included. */
export interface ChunkSeries {
  /** As it is summed up over the whole file. */
  readonly series: SeriesSummary;
  readonly firstMs: number;
  readonly lastMs: number;
}

/** Chunks of more series are not listed, so that memory does not grow with chunks times series. */
const MOST_LISTED_SERIES = 64;

/** A column that is another in every row names no animals. InfluxDB 1.x takes as many (`max-series-per-database`). */
const MAX_SERIES = 1_000_000;

/** Everything that is known of a file before a point is written. */
export interface Survey {
  readonly source: SourceIdentity;
  readonly header: Header;
  /** What its columns become, all types settled. */
  readonly layout: Layout;
  readonly summary: Summary;
  /** The file's rows, tiled. Chunks without a row are left out. */
  readonly chunks: readonly Chunk[];
  /** By chunk: which series it has, and when. Undefined for chunks of very many. */
  readonly seriesOfChunks: readonly (readonly ChunkSeries[] | undefined)[];
  /** Sentences about what the user may not expect. */
  readonly warnings: readonly string[];
}

/** How far a pass is, this one or the load. */
export interface PassProgress {
  readonly bytes: number;
  readonly totalBytes: number;
  readonly rows: number;
  readonly rejected: number;
}

export interface SurveyOptions {
  readonly chunkBytes: number;
  /** How many chunks may be under way at once. */
  readonly ahead: number;
  /** Lay out the columns, or say in words why that is not possible. */
  readonly layOut: (header: Header) => { layout: Layout; warnings: readonly string[] } | string;
  /** Survey one range in a worker. */
  readonly surveyChunk: (layout: Layout, task: SurveyChunkTask) => Promise<SurveyedChunk>;
  /** When it is aborted, the survey ends with a SkeinError `interrupted`. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: PassProgress) => void) | undefined;
}

/**
 * Survey `source`.
 *
 * @throws SkeinError `source` when its header cannot be used, it has no row, or it changes meanwhile
 */
export async function surveySource({ identity, head }: Pick<OpenSource, 'identity' | 'head'>, options: SurveyOptions): Promise<Survey> {
  const header = readHeader(head, identity.size <= SNIFF_BYTES);
  if (typeof header === 'string') throw new SkeinError('source', `${identity.path} ${header}.`);
  const laidOut = options.layOut(header);
  if (typeof laidOut === 'string') throw new SkeinError('source', `${identity.path} ${laidOut}`);

  const summary = emptySummary(header.names.length);
  const chunks: Chunk[] = [];
  const seriesOfChunks: (ChunkSeries[] | undefined)[] = [];
  let position = header.end;
  const surveyRange = (range: ByteRange, guess: boolean) => options.surveyChunk(laidOut.layout, { ...range, guess });
  const ranges = cutRanges(header.end, identity.size, options.chunkBytes);
  for await (const { task: range, result } of inOrder(ranges, options.ahead, (range) => surveyRange(range, range.start > header.end))) {
    if (options.signal?.aborted) throw new SkeinError('interrupted', 'Stopped in the survey; nothing was written.');
    const verdict = judgeTile(range, result.span, position);
    if (verdict === 'skip') continue;
    const start = position;
    const chunk = verdict === 'take' ? result : await surveyRange({ start, end: range.end }, false);
    if (chunk.summary.rows > 0) {
      const { rows } = chunk.summary;
      chunks.push({ index: chunks.length, start, end: range.end, rows, rowsBefore: summary.rows, rejected: rejectedRows(chunk.summary) });
      seriesOfChunks.push(listSeries(chunk.summary, summary));
    }
    merge(summary, chunk.summary);
    if (summary.series.size > MAX_SERIES) throw tooManySeries(identity.path, summary.rows);
    position = chunk.span.next;
    options.onProgress?.({ bytes: range.end, totalBytes: identity.size, rows: summary.rows, rejected: rejectedRows(summary) });
  }
  if (position !== identity.size) throw new Error(`The chunks end at byte ${position} of ${identity.size}`);
  if (summary.rows === 0) throw new SkeinError('source', `${identity.path} holds a header and no rows. Download the export again.`);
  const resolved = resolveLayout(laidOut.layout, summary.evidence);
  const warnings = [...laidOut.warnings, ...resolved.warnings];
  return { source: identity, header, layout: resolved.layout, summary, chunks, seriesOfChunks, warnings };
}

/** @param known the summary that `chunk` is going to be added to */
function listSeries(chunk: Summary, known: Summary): ChunkSeries[] | undefined {
  if (chunk.series.size > MOST_LISTED_SERIES) return undefined;
  return Array.from(chunk.series.values(), (own) => ({
    series: known.series.get(own.key) ?? own,
    firstMs: firstTime(own.times),
    lastMs: lastTime(own.times),
  }));
}

function tooManySeries(path: string, rows: number): SkeinError {
  return new SkeinError(
    'source',
    `${path} has more than ${MAX_SERIES} series in its first ${rows} rows: a column that should name animals, tags or deployments holds something else. Say with --mapping which columns are tags.`,
  );
}
