// The first pass: read all files of a run whole, write nothing, learn everything.
//
// The main thread cuts each file into ranges, lets the workers sum them up, and
// puts the sums together in file order. It makes sure that they tile; see
// `csv/tiling`.

import { type Header, readHeader } from '../csv/header.ts';
import { type ByteRange, cutRanges, judgeTile } from '../csv/tiling.ts';
import { SkeinError } from '../errors.ts';
import { inOrder } from '../in-order.ts';
import type { Layout } from '../movebank/layout.ts';
import type { OpenSource } from '../source/open-source.ts';
import { type PlacedSource, placeSources } from '../source/placed-source.ts';
import { SNIFF_BYTES } from '../source/sniff.ts';
import { resolveLayout } from './resolve.ts';
import type { SeriesSpan } from './series-totals.ts';
import { emptySummary, merge, rejectedRows, type Summary } from './summary.ts';
import type { SurveyChunkTask, SurveyedChunk } from './survey-chunk.ts';
import type { Track } from './track.ts';
import { TrackMerger } from './track-merger.ts';

/** A range whose rows are known: they begin at `start`, a row's first byte, and before `end`. */
export interface Chunk extends ByteRange {
  readonly index: number;
  /** The number of the source that it is of. */
  readonly source: number;
  readonly rows: number;
  /** How many data rows of its source come before it. */
  readonly rowsBefore: number;
  readonly rejected: number;
}

/** Chunks of more series are not listed, so that memory does not grow with chunks times series. */
const MOST_LISTED_SERIES = 64;

/** A column that is another in every row names no animals. InfluxDB 1.x takes as many (`max-series-per-database`). */
const MAX_SERIES = 1_000_000;

/** A source whose header is read. */
export interface LaidOutSource extends PlacedSource {
  readonly header: Header;
  /** What its columns become. */
  readonly layout: Layout;
}

/** What a worker must know of a source to read its rows. */
export function readAs({ index, identity, start, end, layout }: LaidOutSource): { source: PlacedSource; layout: Layout } {
  return { source: { index, identity, start, end }, layout };
}

/** Everything that is known of the files of a run before a point is written. */
export interface Survey {
  /** All types settled. */
  readonly sources: readonly LaidOutSource[];
  /** What the columns become, all types settled. */
  readonly layout: Layout;
  readonly summary: Summary;
  /** The rows of all files, tiled. Chunks without a row are left out. */
  readonly chunks: readonly Chunk[];
  /** By chunk: which series it has, and when. Undefined for chunks of very many. */
  readonly seriesOfChunks: readonly (readonly SeriesSpan[] | undefined)[];
  /** By individual and then by key; undefined where they were not asked for. */
  readonly tracks: readonly Track[] | undefined;
  /** Sentences about what the user may not expect. */
  readonly warnings: readonly string[];
}

/** The source that a chunk is of. */
export function sourceOf({ sources }: Survey, chunk: Chunk): LaidOutSource {
  const source = sources[chunk.source];
  if (source === undefined) throw new Error(`There is no source ${chunk.source}`);
  return source;
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
  readonly surveyChunk: (source: LaidOutSource, task: SurveyChunkTask) => Promise<SurveyedChunk>;
  /** When it is aborted, the survey ends with a SkeinError `interrupted`. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: PassProgress) => void) | undefined;
}

/**
 * Survey the sources of a run, in their order.
 *
 * @throws SkeinError `source` when a header cannot be used, there is no row, or one of them changes meanwhile
 */
export async function surveySources(opened: readonly Pick<OpenSource, 'identity' | 'head'>[], options: SurveyOptions): Promise<Survey> {
  const warnings: string[] = [];
  const sources = placeSources(opened.map(({ identity }) => identity)).map((place): LaidOutSource => {
    const header = readHeader(opened[place.index]?.head ?? new Uint8Array(0), place.identity.size <= SNIFF_BYTES);
    if (typeof header === 'string') throw new SkeinError('source', `${place.identity.path} ${header}.`);
    const laidOut = options.layOut(header);
    if (typeof laidOut === 'string') throw new SkeinError('source', `${place.identity.path} ${laidOut}`);
    warnings.push(...laidOut.warnings);
    return { ...place, header, layout: laidOut.layout };
  });
  const [first] = sources;
  if (first === undefined) throw new Error('There is no source');
  const { summary, chunks, seriesOfChunks, tracks } = await surveyRows(sources, emptySummary(first.layout.columns.length), options);
  if (summary.rows === 0) throw new SkeinError('source', `${first.identity.path} holds a header and no rows. Download the export again.`);
  const resolved = resolveLayout(first.layout, summary.evidence);
  warnings.push(...resolved.warnings);
  return {
    sources: sources.map((source) => ({ ...source, layout: resolved.layout })),
    layout: resolved.layout,
    summary,
    chunks,
    seriesOfChunks,
    tracks: tracks?.finish(resolved.layout),
    warnings,
  };
}

/** A range of one of the sources. */
interface SourceRange extends ByteRange {
  readonly source: LaidOutSource;
}

function* cutSources(sources: readonly LaidOutSource[], chunkBytes: number): Generator<SourceRange> {
  for (const source of sources) for (const range of cutRanges(firstRow(source), source.end, chunkBytes)) yield { ...range, source };
}

/** The offset of the first data row. */
function firstRow({ start, header }: LaidOutSource): number {
  return start + header.end;
}

/** @param summary an empty one, that is added to */
async function surveyRows(
  sources: readonly LaidOutSource[],
  summary: Summary,
  options: SurveyOptions,
): Promise<Pick<Survey, 'summary' | 'chunks' | 'seriesOfChunks'> & { readonly tracks: TrackMerger | undefined }> {
  const chunks: Chunk[] = [];
  const seriesOfChunks: (SeriesSpan[] | undefined)[] = [];
  let tracks: TrackMerger | undefined;
  const totalBytes = sources.at(-1)?.end ?? 0;
  // Where the rows that are known end in each source, and how many there are.
  const positions = sources.map(firstRow);
  const rowCounts = sources.map(() => 0);
  const surveyRange = (source: LaidOutSource, { start, end }: ByteRange, guess: boolean): Promise<SurveyedChunk> =>
    options.surveyChunk(source, { start, end, guess });
  const ranges = cutSources(sources, options.chunkBytes);
  const survey = (range: SourceRange) => surveyRange(range.source, range, range.start > firstRow(range.source));
  for await (const { task: range, result } of inOrder(ranges, options.ahead, survey)) {
    if (options.signal?.aborted) throw new SkeinError('interrupted', 'Stopped in the survey; nothing was written.');
    const { source, end } = range;
    const start = positions[source.index] ?? 0;
    const verdict = judgeTile(range, result.span, start);
    if (verdict === 'skip') continue;
    const chunk = verdict === 'take' ? result : await surveyRange(source, { start, end }, false);
    const { rows } = chunk.summary;
    merge(summary, chunk.summary);
    if (rows > 0) {
      const rowsBefore = rowCounts[source.index] ?? 0;
      chunks.push({ index: chunks.length, source: source.index, start, end, rows, rowsBefore, rejected: rejectedRows(chunk.summary) });
      const { series } = chunk.summary;
      seriesOfChunks.push(series.keys.length > MOST_LISTED_SERIES ? undefined : summary.series.spansOf(series));
      rowCounts[source.index] = rowsBefore + rows;
    }
    if (chunk.summary.tracks !== undefined) {
      tracks ??= new TrackMerger();
      tracks.add(chunk.summary.tracks);
    }
    if (summary.series.size > MAX_SERIES) throw tooManySeries(source.identity.path, summary.rows);
    positions[source.index] = chunk.span.next;
    options.onProgress?.({ bytes: end, totalBytes, rows: summary.rows, rejected: rejectedRows(summary) });
  }
  for (const { index, end } of sources) {
    if (positions[index] !== end) throw new Error(`The chunks of source ${index} end at byte ${positions[index]}, and it at ${end}`);
  }
  return { summary, chunks, seriesOfChunks, tracks };
}

function tooManySeries(path: string, rows: number): SkeinError {
  return new SkeinError(
    'source',
    `${path} has more than ${MAX_SERIES} series in its first ${rows} rows: a column that should name animals, tags or deployments holds something else. Say with --mapping which columns are tags.`,
  );
}
