// Hand the files of shards that a load left in a directory to a server.

import { DEFAULT_IN_FLIGHT, DEFAULT_REPLAY_WORKERS } from './defaults.ts';
import { NO_REQUESTS } from './destination/run-gauge.ts';
import { SkeinError } from './errors.ts';
import { EMPTY_BOOKS } from './load/books.ts';
import type { RunRecord } from './load/journal.ts';
import type { Manifest } from './load/manifest.ts';
import { findShards, type ReadyShards } from './load/ready-shards.ts';
import type { RunDirectory } from './load/run-directory.ts';
import type { ContentTask, FileContent } from './load/shard-content.ts';
import { describeTarget } from './load/state-directory.ts';
import { type OpenDestination, openDestination } from './open-destination.ts';
import { earlierReplay, type ReplayOptions, type ReplayReport, replayState } from './replay-run.ts';
import { Workers } from './workers.ts';

/** @throws SkeinError; its code says whose fault it is, its message what to do */
export async function replayShards(manifest: Manifest, options: ReplayOptions): Promise<ReplayReport> {
  if (options.rateLimit !== undefined) {
    throw new SkeinError('usage', 'Finished shards are handed over whole, so --rate-limit cannot be kept. Leave it out.');
  }
  const ready = findShards(manifest);
  const destination = await openDestination(options.to, 'shards');
  const state = replayState(ready.manifest, destination.target, options);
  const unlock = state.lock();
  try {
    return await replayOpen(ready, destination, state, options);
  } finally {
    unlock();
  }
}

async function replayOpen(
  { manifest, shards, shardSeconds, points, bytes }: ReadyShards,
  { target, roadFor }: OpenDestination,
  state: RunDirectory,
  options: ReplayOptions,
): Promise<ReplayReport> {
  const { signal, inFlight = DEFAULT_IN_FLIGHT, onHandOverProgress: onProgress } = options;
  const run: RunRecord = { journal: 1, sources: [manifest], destination: describeTarget(target), chunks: 0, shardSeconds };
  const earlier = earlierReplay(state, run, options.fresh === true);
  const { road } = await roadFor(earlier);
  if (road === undefined) throw new Error('there is no other road for shards');
  const wasDone = earlier?.done === true;
  const journal = earlier === undefined ? state.begin(run) : state.resume(earlier);
  const began = performance.now();
  if (!wasDone && points > 0) {
    const workers = new Workers(Math.min(options.workers ?? DEFAULT_REPLAY_WORKERS, shards.length));
    try {
      const contentOf = (task: ContentTask): Promise<FileContent> => workers.contentOfShard(task);
      await road.makeBucket(journal, shardSeconds);
      await road.handOver(journal, shards, { ahead: workers.count, contentOf, inFlight, signal, onProgress });
    } finally {
      await workers.close();
    }
  }
  if (!wasDone) journal.end();
  return {
    books: { ...EMPTY_BOOKS, rows: points, points },
    bytes,
    shards: shards.length,
    destination: run.destination,
    directory: state.path,
    wasDone,
    resumedRows: wasDone ? points : 0,
    requests: NO_REQUESTS,
    rejectsPath: undefined,
    notes: wasDone || points === 0 ? [] : [road.note(shardSeconds, false)],
    seconds: (performance.now() - began) / 1000,
  };
}
