// Load a file: survey it, make sure of the destination, write, account.

import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { clipNames } from './clip.ts';
import type { Collisions } from './collisions/find-collisions.ts';
import type { DuplicatePolicy } from './collisions/group.ts';
import { DEFAULT_BATCH_LINES, DEFAULT_CHUNK_BYTES, DEFAULT_IN_FLIGHT } from './defaults.ts';
import type { InfluxOptions } from './destination/influx/connect.ts';
import { dialectOf } from './destination/influx/dialects.ts';
import { NotAllowed } from './destination/influx/questions.ts';
import { RunGauge } from './destination/run-gauge.ts';
import { REJECT_REASONS, type RejectReason, rejectReason } from './encode/reject.ts';
import { EVERY_ROW, type SelectionOptions } from './encode/selection.ts';
import { SkeinError } from './errors.ts';
import { type Books, EMPTY_BOOKS } from './load/books.ts';
import type { JournalContent, RunRecord } from './load/journal.ts';
import { loadSurveyed } from './load/load.ts';
import { describeTarget, RunDirectory, stateDirectory } from './load/run-directory.ts';
import { mappingOf } from './movebank/mapping.ts';
import { type OpenDestination, openDestination, plannedLoad } from './open-destination.ts';
import { fingerprint } from './source/fingerprint.ts';
import { type OpenSource, openSource } from './source/open-source.ts';
import { rejectedRows } from './survey/summary.ts';
import type { PassProgress, Survey } from './survey/survey.ts';
import { findCollisionsWith, type SurveyReport, startWorkers, surveyWith } from './survey-file.ts';
import type { Verification } from './verify/compare.ts';
import { type VerifyPassOptions, verifyWith } from './verify-file.ts';
import { VERSION } from './version.ts';
import type { LoadPass } from './workers.ts';

export interface LoadFileOptions extends VerifyPassOptions {
  /** Where the points go. */
  readonly to: { readonly directory: string } | InfluxOptions;
  /** Where a run into a server keeps its journal and rejects; default below XDG_STATE_HOME. */
  readonly state?: string | undefined;
  /** Batches that each worker has under way at once; default 2. */
  readonly inFlight?: number | undefined;
  /** Lines in a batch; default 5000. */
  readonly batchLines?: number | undefined;
  /** What becomes of rows that share series and time and differ; default `keep`. */
  readonly duplicates?: DuplicatePolicy | undefined;
  /** Stop before the first write when more rows than this would be rejected. */
  readonly maxRejects?: number | undefined;
  /** Do everything but write. */
  readonly dryRun?: boolean | undefined;
  /** Whether a server is asked in the end if it holds every point; default true. */
  readonly verify?: boolean | undefined;
  /** Replace what an earlier run left; default: go on with it. */
  readonly fresh?: boolean | undefined;
  /** Asked before anything is deleted for `replaceBucket`; default: yes. */
  readonly confirm?: ((question: string) => Promise<boolean>) | undefined;
  /** @param gauge what is under way at the moment in all workers */
  readonly onLoadProgress?: ((progress: PassProgress, gauge: RunGauge) => void) | undefined;
}

/** What a load did. */
export interface LoadReport {
  readonly survey: SurveyReport;
  /** Of a dry run: what they would be. */
  readonly books: Books;
  readonly destination: string;
  /** Where the journal, the mapping and the rejects are; nothing is there after a dry run. */
  readonly directory: string;
  /** An earlier run had done everything already. */
  readonly wasDone: boolean;
  /** Rows that earlier runs had done. */
  readonly resumedRows: number;
  /** Batches sent, or written to a directory, and how many of them were sent again. */
  readonly requests: { readonly sent: number; readonly triedAgain: number };
  /** The mapping that was used, to be given with `--mapping`. */
  readonly mappingPath: string;
  /** Set when there are rejects. */
  readonly rejectsPath: string | undefined;
  /** String values that held something that cannot be carried, by column. */
  readonly mendedText: readonly number[];
  /** Sentences about the destination that the user may not expect. */
  readonly notes: readonly string[];
  /** Wall time. */
  readonly surveySeconds: number;
  readonly loadSeconds: number;
  readonly verifySeconds: number;
  /** What the server holds; undefined where it was not asked. */
  readonly verification: Verification | undefined;
}

/**
 * Load the export at `path`.
 *
 * @throws SkeinError; its code says whose fault it is, its message what to do
 */
export async function load(path: string, options: LoadFileOptions): Promise<LoadReport> {
  const source = await openSource(path);
  const destination = await openDestination(options.to);
  const { target } = destination;
  const output = target.kind === 'directory' ? target.path : undefined;
  const directory = new RunDirectory(resolve(options.state ?? output ?? stateDirectory(source.identity, target)), output);
  const unlock = options.dryRun === true ? () => {} : directory.lock();
  try {
    const earlier = options.fresh === true || options.dryRun === true ? undefined : directory.earlier();
    return await loadInto(directory, destination, source, earlier, {
      ...options,
      chunkBytes: earlier?.run.chunkBytes ?? options.chunkBytes,
    });
  } finally {
    unlock();
  }
}

/** @param earlier the journal to go on with, if there is one */
async function loadInto(
  directory: RunDirectory,
  destination: OpenDestination,
  source: OpenSource,
  earlier: JournalContent | undefined,
  options: LoadFileOptions,
): Promise<LoadReport> {
  const chunkBytes = options.chunkBytes ?? DEFAULT_CHUNK_BYTES;
  const selection = options.selection ?? EVERY_ROW;
  const duplicates = options.duplicates ?? 'keep';
  const { target } = destination;
  const began = performance.now();
  const workers = startWorkers(source, options);
  let collisions: Collisions | undefined;
  try {
    const survey = await surveyWith(workers, source, options, target.kind === 'influx' && dialectOf(target).numbersOnly);
    checkSelection(survey, selection);
    checkRejects(survey, options.maxRejects);
    const found = await findCollisionsWith(workers, survey, duplicates, options);
    collisions = found;
    if (duplicates === 'stop') checkCollisions(survey, found);
    const surveyed = performance.now();
    const expected = expectedBooks({ ...survey, collisions: found });
    const run: RunRecord = {
      journal: 1,
      source: { ...source.identity, fingerprint: await fingerprint(source.identity) },
      destination: describeTarget(target),
      mapping: hashOf(survey.layout),
      selection: hashOf(selection),
      duplicates,
      survey: hashOf({ ...survey.summary, series: [...survey.summary.series], notes: undefined, collisions: found.counts }),
      chunkBytes,
      chunks: survey.chunks.length,
    };
    if (earlier !== undefined) checkSameRun(directory, earlier.run, run);
    const { notes, bucketIsEmpty } =
      expected.points === 0 || earlier?.done === true
        ? { notes: [], bucketIsEmpty: false }
        : await destination.preflight(plannedLoad(survey, selection), {
            dryRun: options.dryRun === true,
            isResumed: (earlier?.records.length ?? 0) > 0,
            confirm: options.confirm ?? (async () => true),
          });
    const known = {
      survey: { ...survey, collisions: found },
      destination: describeTarget(target),
      directory: directory.path,
      mappingPath: directory.mappingPath,
      notes,
      surveySeconds: (surveyed - began) / 1000,
    };
    if (options.dryRun === true) {
      return {
        ...known,
        books: expected,
        wasDone: false,
        resumedRows: 0,
        requests: { sent: 0, triedAgain: 0 },
        rejectsPath: undefined,
        mendedText: [],
        loadSeconds: 0,
        verifySeconds: 0,
        verification: undefined,
      };
    }

    const journal = earlier === undefined ? directory.begin(run) : directory.resume(earlier);
    const mapping = mappingOf(survey.layout);
    directory.writeMapping(mapping);

    const inFlight = options.inFlight ?? DEFAULT_IN_FLIGHT;
    const gauge = RunGauge.create(workers.count * inFlight, options.batchLines ?? DEFAULT_BATCH_LINES);
    const pass: LoadPass = {
      pass: 'load',
      source: source.identity,
      layout: survey.layout,
      chunkBytes,
      selection,
      target,
      inFlight,
      gauge: gauge.numbers,
    };
    const { parts, ...loaded } = await loadSurveyed(survey, {
      journal,
      earlier,
      directory: directory.path,
      expected,
      maxRejects: options.maxRejects,
      ahead: workers.ahead,
      loadChunk: (chunk) => workers.loadChunk(pass, { chunk, decisions: found.decisionsOf(chunk) }),
      signal: options.signal,
      onProgress: (progress) => options.onLoadProgress?.(progress, gauge),
    });
    const wasDone = earlier?.done === true;
    if (!wasDone) {
      const { books } = loaded;
      if (target.kind === 'directory')
        directory.writeManifest({ manifest: 1, skein: VERSION, source: run.source, precision: 'ms', mapping, books, parts });
      journal.end();
    }
    const loadEnded = performance.now();
    const verification =
      target.kind === 'influx' && options.verify !== false
        ? await ifAllowed(
            verifyWith(workers, survey, found, target, { ...options, chunkBytes, state: directory.path, isExact: bucketIsEmpty }),
          )
        : undefined;
    const isHidden = verification === 'not allowed';
    return {
      ...known,
      notes: isHidden ? [...notes, 'This token may not read what it has written, so the load was not verified.'] : notes,
      ...loaded,
      wasDone,
      requests: gauge.requests,
      loadSeconds: (loadEnded - surveyed) / 1000,
      verification: isHidden ? undefined : verification,
      verifySeconds: (performance.now() - loadEnded) / 1000,
    };
  } finally {
    collisions?.close();
    await workers.close();
  }
}

/** A token that may only write is good enough for a load. */
async function ifAllowed(asked: Promise<Verification>): Promise<Verification | 'not allowed'> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof NotAllowed) return 'not allowed';
    throw error;
  }
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

/** @throws SkeinError `state`, saying what differs, when `run` is not the run that was begun */
function checkSameRun(directory: RunDirectory, begun: RunRecord, run: RunRecord): void {
  const source = begun.source.path === run.source.path ? 'the file has changed since' : `it is of another file, ${begun.source.path}`;
  const differences: [differs: boolean, what: string][] = [
    [!isDeepStrictEqual(begun.source, run.source), source],
    [begun.destination !== run.destination, `it goes to ${begun.destination}`],
    [begun.mapping !== run.mapping, 'its mapping or measurement is another'],
    [begun.selection !== run.selection, 'it leaves out other rows (--since, --until, --individual, --outliers, --no-location)'],
    [begun.duplicates !== run.duplicates, `it was begun with --duplicates ${begun.duplicates}`],
    [begun.survey !== run.survey || begun.chunks !== run.chunks, 'the survey found something else in the file'],
  ];
  const found = differences.find(([differs]) => differs);
  if (found === undefined) return;
  throw new SkeinError(
    'state',
    `${directory.path} holds an earlier load, and ${found[1]}. Give the same flags to go on with it, or add --fresh to start over.`,
  );
}

/** @throws SkeinError `usage` for animals that the file does not have: a spelling mistake would filter every row */
function checkSelection({ summary, source }: Survey, selection: SelectionOptions): void {
  const known = new Set(Array.from(summary.series.values(), ({ individual }) => individual));
  const unknown = selection.individuals.find((individual) => !known.has(individual));
  if (unknown === undefined) return;
  const names = [...known].filter((name) => name !== undefined);
  throw new SkeinError('usage', `${source.path} has no individual ${unknown}. It has: ${clipNames(names)}.`);
}

/** @throws SkeinError `rejects` when there are more than `maxRejects` */
function checkRejects({ summary, source }: Survey, maxRejects: number | undefined): void {
  const rejected = rejectedRows(summary);
  if (maxRejects === undefined || rejected <= maxRejects) return;
  const [first] = summary.examples;
  const where = first === undefined ? '' : ` The first is row ${first.row}, at byte ${first.offset}: ${rejectReason(first.reason).text}.`;
  throw new SkeinError(
    'rejects',
    `${source.path} has ${rejected} rows that cannot be written, more than --max-rejects ${maxRejects}; nothing was written.${where}`,
  );
}

/** @throws SkeinError `source` when rows share series and time and differ */
function checkCollisions({ source }: Survey, { counts, examples }: Collisions): void {
  const [first] = examples;
  if (counts.differing === 0 || first === undefined) return;
  const where = `the first are at bytes ${first.offsets[0]} and ${first.offsets[1]}, of ${first.individual ?? first.series} at ${new Date(first.timeMs).toISOString()}`;
  throw new SkeinError(
    'source',
    `${source.path} has ${counts.differing} rows that share series and time with an earlier row and differ from it (${where}); nothing was written, as --duplicates stop asks for. --duplicates keep writes them all, first or last one of each.`,
  );
}

/** The books that the survey foresees. */
export function expectedBooks({ summary, collisions }: SurveyReport): Books {
  const { rows, filtered } = summary;
  const rejected = rejectedRows(summary);
  const duplicates = collisions.counts.notWritten;
  return { ...EMPTY_BOOKS, rows, points: rows - rejected - filtered - duplicates, duplicates, rejected, filtered };
}

/** Rejects by the names of their reasons, those that did not occur left out. */
export function rejectsByReason(survey: Survey, books: Books): Partial<Record<RejectReason, number>> {
  const refused = books.rejected - rejectedRows(survey.summary);
  const counts = REJECT_REASONS.map(
    ({ name }, code) => [name, name === 'refused' ? refused : (survey.summary.rejects[code] ?? 0)] as const,
  );
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}
