// Survey files: open them, start the workers, read them whole, find their collisions.

import { findCollisions, type SurveyReport } from './collisions/find-collisions.ts';
import { usableCores } from './cores.ts';
import { DEFAULT_CHUNK_BYTES } from './defaults.ts';
import type { DuplicatePolicy } from './duplicate-policy.ts';
import { EVERY_ROW, type SelectionOptions } from './encode/selection.ts';
import { type Layout, layOut, withNumbersOnly } from './movebank/layout.ts';
import { layOutBy } from './movebank/mapping.ts';
import { apartFromMisfits } from './movebank/misfit-keys.ts';
import { prepareReference, type ReferenceOptions } from './reference/prepare.ts';
import type { OpenSourceOptions } from './source/open-source.ts';
import { type OpenSources, openSources } from './source/open-sources.ts';
import { checkUnchanged } from './source/range-reader.ts';
import { type LaidOutSources, layOutSources } from './survey/lay-out-sources.ts';
import { type PassProgress, readAs, type Survey, sourceOf, surveySources } from './survey/survey.ts';
import { Workers } from './workers.ts';

export interface SurveyFileOptions extends OpenSourceOptions, ReferenceOptions {
  /** Threads; default: the cores that this process may use. */
  readonly workers?: number | undefined;
  /** Bytes of CSV that a worker takes at once; default 4 MiB. */
  readonly chunkBytes?: number | undefined;
  /** A mapping file's path, or `tutorial`; default: the rules for Movebank. */
  readonly mapping?: string | undefined;
  /** Default: the mapping's, or `movebank`. */
  readonly measurement?: string | undefined;
  /** Rows that are wanted; default all. The others are counted as filtered. */
  readonly selection?: SelectionOptions | undefined;
  /** Find out the animals' tracks; default: no, as it takes time. */
  readonly tracks?: boolean | undefined;
  /** Find out what each column holds; default: no, as it takes time. */
  readonly columns?: boolean | undefined;
  /** Abort it to stop in order: what is under way is finished, and a load can be gone on with. */
  readonly signal?: AbortSignal | undefined;
  readonly onSurveyProgress?: ((progress: PassProgress) => void) | undefined;
  /** While rows that may share series and time are read again. */
  readonly onCompareProgress?: ((progress: PassProgress) => void) | undefined;
}

/**
 * Read exports whole and say what is in them. Writes nothing.
 *
 * @param exports one or several: paths, URLs, or `-` for standard input
 * @throws SkeinError `source` when one is no export, `usage` for a mapping that is not right
 */
export async function survey(exports: string | readonly string[], options: SurveyFileOptions = {}): Promise<SurveyReport> {
  const opened = await openSources([exports].flat(), options);
  try {
    return await surveyOpen(opened, options);
  } finally {
    opened.close();
  }
}

async function surveyOpen(opened: OpenSources, options: SurveyFileOptions): Promise<SurveyReport> {
  const laidOut = await layOutExports(opened, options);
  const workers = startWorkers(laidOut, options);
  try {
    const found = await surveyWith(workers, laidOut, options);
    found.collisions.close();
    return found;
  } finally {
    await workers.close();
  }
}

/** No more workers than chunks. */
export function startWorkers({ sources }: LaidOutSources, options: SurveyFileOptions): Workers {
  const chunkBytes = options.chunkBytes ?? DEFAULT_CHUNK_BYTES;
  const chunks = sources.reduce((sum, { identity }) => sum + Math.ceil(identity.size / chunkBytes), 0);
  return new Workers(Math.min(options.workers ?? usableCores(), chunks));
}

/**
 * Lay out the columns of all exports, before a row is read.
 *
 * @param numbersOnly the destination stores nothing but numbers
 * @throws SkeinError as `survey`
 */
export async function layOutExports(opened: OpenSources, options: SurveyFileOptions, numbersOnly = false): Promise<LaidOutSources> {
  const mapping =
    options.mapping === undefined ? undefined : await (await import('./movebank/mapping-file.ts')).readMapping(options.mapping);
  const laidOut = await layOutSources(opened.sources, async ({ names, delimiter }, { path }) => {
    const joinReference = await prepareReference(path, mapping, { ...options, open: opened.sources });
    const own = mapping === undefined ? withoutWarnings(layOut(names, delimiter)) : layOutBy(mapping, names, delimiter);
    if (typeof own === 'string') return own;
    const { layout: apart, warnings } = apartFromMisfits(own);
    const layout = { ...apart, measurement: options.measurement ?? apart.measurement };
    return joinReference({ warnings, layout: numbersOnly ? withNumbersOnly(layout) : layout });
  });
  return { ...laidOut, warnings: [...opened.notes, ...laidOut.warnings] };
}

/**
 * Survey sources that are laid out. The caller closes the collisions that it gets.
 *
 * @param duplicates what becomes of rows that share series and time and differ; default: the mapping's, or `keep`
 */
export async function surveyWith(
  workers: Workers,
  sources: LaidOutSources,
  options: SurveyFileOptions,
  duplicates?: DuplicatePolicy,
): Promise<SurveyReport> {
  const chunkBytes = options.chunkBytes ?? DEFAULT_CHUNK_BYTES;
  const selection = options.selection ?? EVERY_ROW;
  const nowMs = Date.now();
  const details = { tracks: options.tracks, columns: options.columns };
  const survey = await surveySources(sources, {
    chunkBytes,
    ahead: workers.ahead,
    surveyChunk: (source, task) => workers.surveyChunk({ pass: 'survey', ...readAs(source), chunkBytes, selection, nowMs, details }, task),
    signal: options.signal,
    onProgress: options.onSurveyProgress,
  });
  for (const { identity } of survey.sources) await checkUnchanged(identity);
  const pass = { pass: 'collect', chunkBytes, selection } as const;
  const collisions = await findCollisions(survey, {
    policy: duplicates ?? survey.layout.duplicates ?? 'keep',
    ahead: workers.ahead,
    workers: workers.count,
    collect: (chunk, suspects, partitions) =>
      workers.collectSuspects({ ...pass, ...readAs(sourceOf(survey, chunk)), suspects, partitions }, chunk),
    group: (task) => workers.groupSightings(task),
    signal: options.signal,
    onProgress: options.onCompareProgress,
  });
  return { ...survey, warnings: [...survey.warnings, ...(await notesOfReference(survey))], collisions };
}

function withoutWarnings(layout: Layout | string): { layout: Layout; warnings: string[] } | string {
  return typeof layout === 'string' ? layout : { layout, warnings: [] };
}

async function notesOfReference({ layout, summary, sources }: Survey): Promise<string[]> {
  if (layout.reference === undefined) return [];
  const { referenceNotes, sharedPairsNote } = await import('./reference/notes.ts');
  return [
    ...referenceNotes(layout, layout.reference, summary.series.values(), summary.notes.unclearDeployment),
    ...sharedPairsNote(sources.map((source) => source.layout.reference)),
  ];
}
