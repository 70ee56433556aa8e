// The first pass: read all files of a run whole, write nothing, learn everything.
//
// The main thread cuts each file into ranges, lets the workers sum them up, and
// puts the sums together in file order. It makes sure that they tile; see
// `csv/tiling`.

import { clipNames } from '../clip.ts';
import { type ByteRange, cutRanges, judgeTile } from '../csv/tiling.ts';
import { SkeinError } from '../errors.ts';
import { inOrder } from '../in-order.ts';
import { layoutOfRun } from '../movebank/join-layouts.ts';
import type { Layout } from '../movebank/layout.ts';
import type { PlacedSource } from '../source/placed-source.ts';
import { aboutFiles } from './file-warnings.ts';
import type { LaidOutSource, LaidOutSources } from './lay-out-sources.ts';
import { placeSummary } from './place-summary.ts';
import { resolveLayouts } from './resolve.ts';
import type { SeriesSpan } from './series-totals.ts';
import { emptySummary, merge, rejectedRows, type Summary } from './summary.ts';
import type { SurveyChunkTask, SurveyedChunk } from './survey-chunk.ts';
import type { Track } from './track.ts';
import type { TrackMerger } from './track-merger.ts';

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

/** A source whose rows are known, and its layout with all types settled. */
export interface SurveyedSource extends LaidOutSource {
  readonly rows: number;
  readonly rejected: number;
  readonly filtered: number;
}

/** What a worker must know of a source to read its rows. */
export function readAs({ index, identity, start, end, layout }: LaidOutSource): { source: PlacedSource; layout: Layout } {
  return { source: { index, identity, start, end }, layout };
}

/** Everything that is known of the files of a run before a point is written. */
export interface Survey {
  readonly sources: readonly SurveyedSource[];
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
export function sourceOf({ sources }: Survey, chunk: Chunk): SurveyedSource {
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
  /** Survey one range in a worker. */
  readonly surveyChunk: (source: LaidOutSource, task: SurveyChunkTask) => Promise<SurveyedChunk>;
  /** When it is aborted, the survey ends with a SkeinError `interrupted`. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: PassProgress) => void) | undefined;
}

/**
 * Survey the sources of a run, in their order.
 *
 * @throws SkeinError `source` when there is no row, or one of them changes meanwhile
 */
export async function surveySources({ sources, columnCount, warnings }: LaidOutSources, options: SurveyOptions): Promise<Survey> {
  const { summary, chunks, seriesOfChunks, tracks, known } = await surveyRows(sources, columnCount, options);
  const empty = sources.filter(({ index }) => known[index]?.rows === 0);
  if (summary.rows === 0) {
    const paths = clipNames(empty.map(({ identity }) => identity.path));
    const hold = empty.length === 1 ? 'holds' : 'hold';
    throw new SkeinError('source', `${paths} ${hold} a header and no rows. Download the export again.`);
  }
  const resolved = resolveLayouts(sources.map((source) => ({ ...source, evidence: known[source.index]?.evidence ?? new Uint8Array(0) })));
  const found = [
    ...empty.map(({ identity: { path } }) => ({ path, text: 'a header and no rows' })),
    ...resolved.flatMap((one, i) => one.warnings.map((text) => ({ path: sources[i]?.identity.path ?? '', text }))),
  ];
  const layouts = resolved.map(({ layout }) => layout);
  const layout = layoutOfRun(
    layouts,
    sources.map(({ columns }) => columns),
    columnCount,
  );
  return {
    sources: sources.map((source, i): SurveyedSource => {
      const [settled, own] = [layouts[i], known[i]];
      if (settled === undefined || own === undefined) throw new Error(`Nothing is known of source ${i}`);
      return { ...source, layout: settled, rows: own.rows, rejected: own.rejected, filtered: own.filtered };
    }),
    layout,
    summary,
    chunks,
    seriesOfChunks,
    tracks: tracks?.finish(layout),
    warnings: [...warnings, ...aboutFiles(found, sources)],
  };
}

/** What is known of a source so far. */
interface KnownSource {
  /** Where the rows that are known end. */
  position: number;
  rows: number;
  rejected: number;
  filtered: number;
  /** SAW_ bits, by the source's columns. */
  evidence: Uint8Array;
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

async function surveyRows(
  sources: readonly LaidOutSource[],
  columnCount: number,
  options: SurveyOptions,
): Promise<Pick<Survey, 'summary' | 'chunks' | 'seriesOfChunks'> & { known: readonly KnownSource[]; tracks: TrackMerger | undefined }> {
  const summary = emptySummary(columnCount);
  const chunks: Chunk[] = [];
  const seriesOfChunks: (SeriesSpan[] | undefined)[] = [];
  let tracks: TrackMerger | undefined;
  const totalBytes = sources.at(-1)?.end ?? 0;
  const known = sources.map((source): KnownSource => {
    const evidence = new Uint8Array(source.columns.length);
    return { position: firstRow(source), rows: 0, rejected: 0, filtered: 0, evidence };
  });
  const surveyRange = (source: LaidOutSource, { start, end }: ByteRange, guess: boolean): Promise<SurveyedChunk> =>
    options.surveyChunk(source, { start, end, guess });
  const ranges = cutSources(sources, options.chunkBytes);
  const survey = (range: SourceRange) => surveyRange(range.source, range, range.start > firstRow(range.source));
  for await (const { task: range, result } of inOrder(ranges, options.ahead, survey)) {
    if (options.signal?.aborted) throw new SkeinError('interrupted', 'Stopped in the survey; nothing was written.');
    const { source, end } = range;
    const own = known[source.index];
    if (own === undefined) throw new Error(`There is no source ${source.index}`);
    const start = own.position;
    const verdict = judgeTile(range, result.span, start);
    if (verdict === 'skip') continue;
    const chunk = verdict === 'take' ? result : await surveyRange(source, { start, end }, false);
    const { rows, filtered, evidence, series } = chunk.summary;
    const rejected = rejectedRows(chunk.summary);
    const place = { source: source.index, rowsBefore: own.rows, start: source.start, columns: source.columns, columnCount };
    merge(summary, placeSummary(chunk.summary, place));
    if (rows > 0) {
      chunks.push({ index: chunks.length, source: source.index, start, end, rows, rowsBefore: own.rows, rejected });
      seriesOfChunks.push(series.keys.length > MOST_LISTED_SERIES ? undefined : summary.series.spansOf(series));
    }
    if (chunk.summary.tracks !== undefined) {
      tracks ??= new (await import('./track-merger.ts')).TrackMerger();
      tracks.add(chunk.summary.tracks);
    }
    if (summary.series.size > MAX_SERIES) throw tooManySeries(source.identity.path, summary.rows);
    own.position = chunk.span.next;
    own.rows += rows;
    own.rejected += rejected;
    own.filtered += filtered;
    own.evidence = own.evidence.map((bits, column) => bits | (evidence[column] ?? 0));
    options.onProgress?.({ bytes: end, totalBytes, rows: summary.rows, rejected: rejectedRows(summary) });
  }
  for (const { index, end } of sources) {
    const { position } = known[index] ?? {};
    if (position !== end) throw new Error(`The chunks of source ${index} end at byte ${position}, and it at ${end}`);
  }
  return { summary, chunks, seriesOfChunks, tracks, known };
}

function tooManySeries(path: string, rows: number): SkeinError {
  return new SkeinError(
    'source',
    `${path} has more than ${MAX_SERIES} series in its first ${rows} rows: a column that should name animals, tags or deployments holds something else. Say with --mapping which columns are tags.`,
  );
}
