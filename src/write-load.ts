// Do what a load has planned: every chunk that an earlier run has not done, and
// then what makes the destination complete.

import { DEFAULT_BATCH_LINES, DEFAULT_IN_FLIGHT } from './defaults.ts';
import type { Part, Target } from './destination/destination.ts';
import { type RequestCounts, RunGauge } from './destination/run-gauge.ts';
import type { JournalWriter } from './load/journal.ts';
import { type Loaded, loadSurveyed } from './load/load.ts';
import type { RunDirectory } from './load/run-directory.ts';
import type { ShardRecord } from './load/shard-files.ts';
import type { LoadFileOptions } from './load-options.ts';
import { mappingOf } from './movebank/mapping.ts';
import type { LoadPlan } from './plan-load.ts';
import { type Chunk, readAs, sourceOf } from './survey/survey.ts';
import { CountedChunks } from './verify/counted-chunks.ts';
import type { Expected } from './verify/expected.ts';
import { fieldKeys } from './verify/field-slots.ts';
import { VERSION } from './version.ts';
import type { LoadPass, Workers } from './workers.ts';

export interface Written extends Loaded {
  /** Where there is a road by shards, it is yet to be ended. */
  readonly journal: JournalWriter;
  readonly requests: RequestCounts;
  /** What the server must hold of the chunks that this run has loaded. */
  readonly counted: CountedChunks;
  /** What it must hold of all, where it is on the way already. */
  readonly expected?: Promise<Expected> | undefined;
}

/** @throws SkeinError as `loadSurveyed` and `stitchShards` */
export async function writeLoad(
  workers: Workers,
  plan: LoadPlan,
  target: Target,
  directory: RunDirectory,
  options: LoadFileOptions,
): Promise<Written> {
  const { survey, run, earlier, road } = plan;
  const { shardSeconds } = run;
  const journal = earlier === undefined ? directory.begin(run) : directory.resume(earlier);
  const mapping = mappingOf(survey.layout);
  directory.writeMapping(mapping);
  const isOpen = earlier?.done !== true && plan.expected.points > 0;
  if (road !== undefined && isOpen && shardSeconds !== undefined) await road.makeBucket(journal, shardSeconds);

  const inFlight = options.inFlight ?? DEFAULT_IN_FLIGHT;
  const gauge = RunGauge.create(workers.count * inFlight, options.batchLines ?? DEFAULT_BATCH_LINES, options.rateLimit);
  gauge.stopOn(options.signal);
  const counted = new CountedChunks();
  const isAsked = options.verify !== false && (road !== undefined || target.kind === 'influx');
  const fields = isAsked ? fieldKeys(survey.sources) : undefined;
  const passOf = (chunk: Chunk): LoadPass => ({
    pass: 'load',
    ...readAs(sourceOf(survey, chunk)),
    chunkBytes: plan.chunkBytes,
    selection: plan.selection,
    target: shardSeconds === undefined ? target : { kind: 'directory', path: directory.output, shardSeconds },
    fields,
    inFlight,
    gauge: gauge.numbers,
  });
  const { parts, ...loaded } = await loadSurveyed(survey, {
    journal,
    earlier,
    directory: directory.path,
    expected: plan.expected,
    maxRejects: options.maxRejects,
    ahead: workers.ahead,
    loadChunk: (chunk) => workers.loadChunk(passOf(chunk), { chunk, decisions: survey.collisions.decisionsOf(chunk) }),
    onLoaded: ({ index, expected }) => expected !== undefined && counted.add(index, expected),
    signal: options.signal,
    onProgress: (progress) => options.onLoadProgress?.(progress, gauge),
  });
  const made = { ...loaded, parts, journal, counted, requests: gauge.requests };
  if (road !== undefined) {
    if (!isOpen || shardSeconds === undefined) return made;
    const { shardsIntoServer } = await import('./shards-load.ts');
    const done = { journal, parts, run, shardSeconds, counted };
    return { ...made, ...(await shardsIntoServer(workers, survey, road, done, directory, { ...options, chunkBytes: plan.chunkBytes })) };
  }
  if (earlier?.done !== true) {
    if (target.kind === 'directory') {
      const content =
        shardSeconds === undefined
          ? { precision: 'ms', parts }
          : { shardSeconds, shards: await shardsOf(workers, parts, shardSeconds, directory, options) };
      directory.writeManifest({ manifest: 1, skein: VERSION, sources: run.sources, mapping, books: loaded.books, ...content });
    }
    journal.end();
  }
  // Only now: a run that was killed before makes the files again.
  if (shardSeconds !== undefined) directory.removeParts(run);
  return made;
}

/** Make the files of all shards out of the parts. */
async function shardsOf(
  workers: Workers,
  parts: readonly Part[],
  shardSeconds: number,
  directory: RunDirectory,
  options: LoadFileOptions,
): Promise<ShardRecord[]> {
  const { makeShards } = await import('./shards-load.ts');
  return makeShards(workers, parts, shardSeconds, directory, options);
}
