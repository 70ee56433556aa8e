// Do what a load has planned: every chunk that an earlier run has not done, and
// then what makes the destination complete.

import { DEFAULT_BATCH_LINES, DEFAULT_IN_FLIGHT } from './defaults.ts';
import type { Part, Target } from './destination/destination.ts';
import { type RequestCounts, RunGauge } from './destination/run-gauge.ts';
import { type Loaded, loadSurveyed } from './load/load.ts';
import type { RunDirectory } from './load/run-directory.ts';
import { type ShardRecord, stitchShards } from './load/shard-files.ts';
import type { StitchTask } from './load/stitch-shard.ts';
import type { LoadFileOptions } from './load-options.ts';
import { mappingOf } from './movebank/mapping.ts';
import type { LoadPlan } from './plan-load.ts';
import { type Chunk, readAs, sourceOf } from './survey/survey.ts';
import type { CheckedFile } from './tsm/check-file.ts';
import { VERSION } from './version.ts';
import type { LoadPass, Workers } from './workers.ts';

export interface Written extends Omit<Loaded, 'parts'> {
  readonly requests: RequestCounts;
}

/** @throws SkeinError as `loadSurveyed` and `stitchShards` */
export async function writeLoad(
  workers: Workers,
  plan: LoadPlan,
  target: Target,
  directory: RunDirectory,
  options: LoadFileOptions,
): Promise<Written> {
  const { survey, run, earlier } = plan;
  const { shardSeconds } = run;
  const journal = earlier === undefined ? directory.begin(run) : directory.resume(earlier);
  const mapping = mappingOf(survey.layout);
  directory.writeMapping(mapping);

  const inFlight = options.inFlight ?? DEFAULT_IN_FLIGHT;
  const gauge = RunGauge.create(workers.count * inFlight, options.batchLines ?? DEFAULT_BATCH_LINES, options.rateLimit);
  const passOf = (chunk: Chunk): LoadPass => ({
    pass: 'load',
    ...readAs(sourceOf(survey, chunk)),
    chunkBytes: plan.chunkBytes,
    selection: plan.selection,
    target: target.kind === 'directory' ? { ...target, shardSeconds } : target,
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
    signal: options.signal,
    onProgress: (progress) => options.onLoadProgress?.(progress, gauge),
  });
  if (earlier?.done !== true) {
    if (target.kind === 'directory') {
      const made =
        shardSeconds === undefined ? { precision: 'ms', parts } : await makeShards(parts, shardSeconds, directory, workers, options);
      directory.writeManifest({ manifest: 1, skein: VERSION, sources: run.sources, mapping, books: loaded.books, ...made });
    }
    journal.end();
  }
  // Only now: a run that was killed before makes the files again.
  if (shardSeconds !== undefined) directory.removeParts(run);
  return { ...loaded, requests: gauge.requests };
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
