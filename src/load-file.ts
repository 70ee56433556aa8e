// Load a file: survey it, make sure of the destination, write, account.

import { resolve } from 'node:path';
import type { SurveyReport } from './collisions/find-collisions.ts';
import { DEFAULT_BATCH_LINES, DEFAULT_CHUNK_BYTES, DEFAULT_IN_FLIGHT } from './defaults.ts';
import type { Part } from './destination/destination.ts';
import type { InfluxOptions } from './destination/influx/connect.ts';
import { dialectOf } from './destination/influx/dialects.ts';
import { shardGroupSeconds } from './destination/influx/shard-groups.ts';
import { NO_REQUESTS, type RequestCounts, RunGauge } from './destination/run-gauge.ts';
import type { DuplicatePolicy } from './duplicate-policy.ts';
import { EVERY_ROW } from './encode/selection.ts';
import type { Books } from './load/books.ts';
import { checkCollisions, checkRejects, checkSelection, expectedBooks } from './load/forecast.ts';
import type { JournalContent } from './load/journal.ts';
import { loadSurveyed } from './load/load.ts';
import { describeTarget, RunDirectory, stateDirectory } from './load/run-directory.ts';
import { checkSameRun, recordOf } from './load/same-run.ts';
import { type ShardRecord, stitchShards } from './load/shard-files.ts';
import type { StitchTask } from './load/stitch-shard.ts';
import { mappingOf } from './movebank/mapping.ts';
import { type DirectoryOptions, type OpenDestination, openDestination, plannedLoad } from './open-destination.ts';
import { answersFlux, proveLoad } from './prove-load.ts';
import { lookAtSource, type OpenSource, openSource } from './source/open-source.ts';
import type { PassProgress } from './survey/survey.ts';
import { startWorkers, surveyWith } from './survey-file.ts';
import type { CheckedFile } from './tsm/check-file.ts';
import type { Verification } from './verify/compare.ts';
import type { VerifyPassOptions } from './verify-file.ts';
import { VERSION } from './version.ts';
import type { LoadPass, Workers } from './workers.ts';

export interface LoadFileOptions extends VerifyPassOptions {
  /** Where the points go. */
  readonly to: DirectoryOptions | InfluxOptions;
  /** Where a run into a server keeps its journal and rejects; default below XDG_STATE_HOME. */
  readonly state?: string | undefined;
  /** Batches that each worker has under way at once; default 2. */
  readonly inFlight?: number | undefined;
  /** Lines in a batch; default 5000. */
  readonly batchLines?: number | undefined;
  /** Points a second that a server gets at most, over all workers; default no limit. */
  readonly rateLimit?: number | undefined;
  /** What becomes of rows that share series and time and differ; default: the mapping's, or `keep`. */
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
  /** It is a server that the queries of `skein query` and the dashboard can be asked. */
  readonly answersFlux: boolean;
  /** Where the journal, the mapping and the rejects are; nothing is there after a dry run. */
  readonly directory: string;
  /** An earlier run had done everything already. */
  readonly wasDone: boolean;
  /** Rows that earlier runs had done. */
  readonly resumedRows: number;
  readonly requests: RequestCounts;
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
 * Load the export at `path`, which may be a URL or `-` for standard input.
 *
 * @throws SkeinError; its code says whose fault it is, its message what to do
 */
export async function load(path: string, options: LoadFileOptions): Promise<LoadReport> {
  await lookAtSource(path);
  // A source may take long to open: a destination that will not do is told before.
  const destination = await openDestination(options.to);
  const source = await openSource(path, options);
  try {
    return await loadOpen(source, destination, options);
  } finally {
    source.close();
  }
}

async function loadOpen(source: OpenSource, destination: OpenDestination, options: LoadFileOptions): Promise<LoadReport> {
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
  const { target } = destination;
  const wasDone = earlier?.done === true;
  const began = performance.now();
  const workers = startWorkers(source, options);
  let survey: SurveyReport | undefined;
  try {
    const numbersOnly = target.kind === 'influx' && dialectOf(target).numbersOnly;
    survey = await surveyWith(workers, source, options, { duplicates: options.duplicates, numbersOnly });
    checkSelection(survey, selection);
    checkRejects(survey, options.maxRejects);
    if (survey.collisions.policy === 'stop') checkCollisions(survey);
    const surveyed = performance.now();
    const { collisions, layout } = survey;
    const expected = expectedBooks(survey);
    const planned = plannedLoad(survey, selection);
    const shardSeconds = 'format' in options.to && options.to.format === 'shards' ? shardGroupSeconds(planned) : undefined;
    const run = await recordOf(survey, {
      destination: describeTarget(target),
      selection,
      duplicates: collisions.policy,
      chunkBytes,
      shardSeconds,
    });
    if (earlier !== undefined) checkSameRun(directory.path, earlier.run, run);
    const { notes, bucketIsEmpty } =
      expected.points === 0 || wasDone
        ? { notes: [], bucketIsEmpty: false }
        : await destination.preflight(planned, {
            dryRun: options.dryRun === true,
            isResumed: (earlier?.records.length ?? 0) > 0,
            confirm: options.confirm ?? (async () => true),
          });
    const known = {
      survey,
      destination: run.destination,
      answersFlux: answersFlux(target),
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
        requests: NO_REQUESTS,
        rejectsPath: undefined,
        mendedText: [],
        loadSeconds: 0,
        verifySeconds: 0,
        verification: undefined,
      };
    }

    const journal = earlier === undefined ? directory.begin(run) : directory.resume(earlier);
    const mapping = mappingOf(layout);
    directory.writeMapping(mapping);

    const inFlight = options.inFlight ?? DEFAULT_IN_FLIGHT;
    const gauge = RunGauge.create(workers.count * inFlight, options.batchLines ?? DEFAULT_BATCH_LINES, options.rateLimit);
    gauge.stopOn(options.signal);
    const pass: LoadPass = {
      pass: 'load',
      source: source.identity,
      layout,
      chunkBytes,
      selection,
      target: target.kind === 'directory' ? { ...target, shardSeconds } : target,
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
      loadChunk: (chunk) => workers.loadChunk(pass, { chunk, decisions: collisions.decisionsOf(chunk) }),
      signal: options.signal,
      onProgress: (progress) => options.onLoadProgress?.(progress, gauge),
    });
    if (!wasDone) {
      const { books } = loaded;
      const about = { manifest: 1, skein: VERSION, source: run.source, mapping, books };
      if (target.kind === 'directory') {
        const made =
          shardSeconds === undefined ? { precision: 'ms', parts } : await makeShards(parts, shardSeconds, directory, workers, options);
        directory.writeManifest({ ...about, ...made });
      }
      journal.end();
    }
    // Only now: a run that was killed before makes the files again.
    if (shardSeconds !== undefined) directory.removeParts(run);
    const loadEnded = performance.now();
    const proof = await proveLoad(workers, survey, target, {
      ...options,
      chunkBytes,
      state: directory.path,
      isExact: bucketIsEmpty,
      finished: wasDone ? undefined : { books: loaded.books, seconds: (loadEnded - began) / 1000 },
    });
    return {
      ...known,
      ...loaded,
      wasDone,
      requests: gauge.requests,
      notes: [...notes, ...proof.notes],
      verification: proof.verification,
      loadSeconds: (loadEnded - surveyed) / 1000,
      verifySeconds: (performance.now() - loadEnded) / 1000,
    };
  } finally {
    survey?.collisions.close();
    await workers.close();
  }
}

/** Make the files of all shards out of the parts. */
async function makeShards(
  parts: readonly Part[],
  shardSeconds: number,
  { output }: RunDirectory,
  workers: Workers,
  { signal }: LoadFileOptions,
): Promise<{ shardSeconds: number; shards: ShardRecord[] }> {
  const stitch = (task: StitchTask): Promise<CheckedFile> => workers.stitchShard(task);
  return { shardSeconds, shards: await stitchShards(parts, { directory: output, shardSeconds, ahead: workers.count, stitch, signal }) };
}
