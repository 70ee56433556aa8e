// Survey files: open them, start the workers, read them whole, find their collisions.

import { findCollisions, type SurveyReport } from './collisions/find-collisions.ts';
import { usableCores } from './cores.ts';
import { DEFAULT_CHUNK_BYTES } from './defaults.ts';
import type { DuplicatePolicy } from './duplicate-policy.ts';
import { EVERY_ROW, type SelectionOptions } from './encode/selection.ts';
import { type Layout, layOut, withNumbersOnly } from './movebank/layout.ts';
import { layOutBy } from './movebank/mapping.ts';
import { referenceNotes } from './reference/notes.ts';
import { prepareReference, type ReferenceOptions } from './reference/prepare.ts';
import { type OpenSource, type OpenSourceOptions, openSource } from './source/open-source.ts';
import { checkUnchanged } from './source/range-reader.ts';
import { type PassProgress, readAs, sourceOf, surveySources } from './survey/survey.ts';
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
  /** Abort it to stop in order: what is under way is finished, and a load can be gone on with. */
  readonly signal?: AbortSignal | undefined;
  readonly onSurveyProgress?: ((progress: PassProgress) => void) | undefined;
  /** While rows that may share series and time are read again. */
  readonly onCompareProgress?: ((progress: PassProgress) => void) | undefined;
}

/**
 * Read the export at `path`, which may be a URL or `-` for standard input, whole and say what is in it. Writes nothing.
 *
 * @throws SkeinError `source` when it is no export, `usage` for a mapping that is not right
 */
export async function survey(path: string, options: SurveyFileOptions = {}): Promise<SurveyReport> {
  const sources = [await openSource(path, options)];
  const workers = startWorkers(sources, options);
  try {
    const found = await surveyWith(workers, sources, options);
    found.collisions.close();
    return found;
  } finally {
    await workers.close();
    for (const source of sources) source.close();
  }
}

/** No more workers than chunks. */
export function startWorkers(sources: readonly OpenSource[], options: SurveyFileOptions): Workers {
  const chunkBytes = options.chunkBytes ?? DEFAULT_CHUNK_BYTES;
  const chunks = sources.reduce((sum, { identity }) => sum + Math.ceil(identity.size / chunkBytes), 0);
  return new Workers(Math.min(options.workers ?? usableCores(), chunks));
}

/** What a survey of its own need not say. */
export interface SurveyPurpose {
  /** What becomes of rows that share series and time and differ; default: the mapping's, or `keep`. */
  readonly duplicates?: DuplicatePolicy | undefined;
  /** The destination stores nothing but numbers; default false. */
  readonly numbersOnly?: boolean | undefined;
}

/** Survey sources that are open. The caller closes the collisions that it gets. */
export async function surveyWith(
  workers: Workers,
  sources: readonly OpenSource[],
  options: SurveyFileOptions,
  { duplicates, numbersOnly = false }: SurveyPurpose = {},
): Promise<SurveyReport> {
  const chunkBytes = options.chunkBytes ?? DEFAULT_CHUNK_BYTES;
  const selection = options.selection ?? EVERY_ROW;
  const nowMs = Date.now();
  const details = { tracks: options.tracks };
  const mapping =
    options.mapping === undefined ? undefined : await (await import('./movebank/mapping-file.ts')).readMapping(options.mapping);
  const [first] = sources;
  const joinReference = await prepareReference(first?.identity.path ?? '', mapping, options);
  const survey = await surveySources(sources, {
    chunkBytes,
    ahead: workers.ahead,
    layOut: ({ names, delimiter }) => {
      const laidOut = mapping === undefined ? withoutWarnings(layOut(names, delimiter)) : layOutBy(mapping, names, delimiter);
      if (typeof laidOut === 'string') return laidOut;
      const layout = { ...laidOut.layout, measurement: options.measurement ?? laidOut.layout.measurement };
      return joinReference({ ...laidOut, layout: numbersOnly ? withNumbersOnly(layout) : layout });
    },
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
  const { series, notes } = survey.summary;
  const warnings = [...survey.warnings, ...referenceNotes(survey.layout, series.values(), notes.unclearDeployment)];
  return { ...survey, warnings, collisions };
}

function withoutWarnings(layout: Layout | string): { layout: Layout; warnings: string[] } | string {
  return typeof layout === 'string' ? layout : { layout, warnings: [] };
}
