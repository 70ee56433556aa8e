// A load by way of finished shards, beyond its chunks: files are made out of the
// parts and handed to the server, which is then asked whether it holds every
// point. A difference that only the last question finds is met as one in a
// shard: everything once more, and then the road is closed.

import type { SurveyReport } from './collisions/find-collisions.ts';
import { DEFAULT_IN_FLIGHT } from './defaults.ts';
import type { Part } from './destination/destination.ts';
import type { JournalWriter, RunRecord } from './load/journal.ts';
import { readyShard } from './load/ready-shards.ts';
import type { RunDirectory } from './load/run-directory.ts';
import type { ContentTask, FileContent } from './load/shard-content.ts';
import { type ShardRecord, stitchShards } from './load/shard-files.ts';
import type { ShardRoad } from './load/shard-road.ts';
import type { StitchedFile, StitchTask } from './load/stitch-shard.ts';
import type { LoadFileOptions } from './load-options.ts';
import { type Proof, type ProveLoadOptions, verifyLoad } from './prove-load.ts';
import { isVerified } from './verify/compare.ts';
import type { CountedChunks } from './verify/counted-chunks.ts';
import type { Expected } from './verify/expected.ts';
import { beginExpecting } from './verify-file.ts';
import type { Workers } from './workers.ts';

/** What the files hold that this run has made, by their paths. */
type Contents = Map<string, FileContent>;

/** Make the files of all shards out of the parts. @param contents gets what they hold; without it nobody is going to ask */
export function makeShards(
  workers: Workers,
  parts: readonly Part[],
  shardSeconds: number,
  { output }: RunDirectory,
  { signal, onStitchProgress: onProgress }: Pick<LoadFileOptions, 'signal' | 'onStitchProgress'>,
  contents?: Contents,
): Promise<ShardRecord[]> {
  const stitch = async (task: StitchTask): Promise<StitchedFile[]> => {
    const made = await workers.stitchShard({ ...task, withContent: contents !== undefined });
    for (const { path, content } of made) if (content !== undefined) contents?.set(path, content);
    return made;
  };
  return stitchShards(parts, { directory: output, shardSeconds, ahead: workers.ahead, stitch, signal, onProgress });
}

/** What there is of a load when all its chunks are done. */
export interface ChunksDone {
  readonly journal: JournalWriter;
  readonly parts: readonly Part[];
  readonly run: RunRecord;
  readonly shardSeconds: number;
  readonly counted: CountedChunks;
}

/**
 * Make the files, unless an earlier run has, and hand them over. Where the workers have nothing else
 * to do meanwhile, they read what an earlier run has loaded for what the server must hold of it.
 *
 * @returns what it must hold; undefined when the server is not going to be asked
 */
export async function shardsIntoServer(
  workers: Workers,
  survey: SurveyReport,
  road: ShardRoad,
  { journal, parts, run, shardSeconds, counted }: ChunksDone,
  directory: RunDirectory,
  options: LoadFileOptions,
): Promise<{ readonly expected: Promise<Expected> | undefined }> {
  let isHandedOver = false;
  const contents: Contents = new Map();
  const made = road.shards ?? makeShards(workers, parts, shardSeconds, directory, options, contents);
  const expecting =
    options.verify === false
      ? undefined
      : beginExpecting(workers, survey, {
          ...options,
          state: directory.path,
          counted,
          // One pass is shown at a time.
          onExpectProgress: (progress) => isHandedOver && options.onExpectProgress?.(progress),
        });
  try {
    const shards = await made;
    if (road.shards === undefined) road.shardsAreMade(journal, shards);
    directory.removeParts(run);
    await handOverShards(workers, road, journal, directory, options, contents);
    isHandedOver = true;
    return { expected: expecting?.expected };
  } catch (error) {
    await expecting?.stop();
    throw error;
  }
}

/** Hand over what the server does not have yet. @param contents of the files that need not be read again before */
function handOverShards(
  workers: Workers,
  road: ShardRoad,
  journal: JournalWriter,
  { output }: RunDirectory,
  { signal, inFlight = DEFAULT_IN_FLIGHT, onHandOverProgress: onProgress }: LoadFileOptions,
  contents: Contents = new Map(),
): Promise<void> {
  const contentOf = async (task: ContentTask): Promise<FileContent> => contents.get(task.path) ?? workers.contentOfShard(task);
  const shards = (road.shards ?? []).map((shard) => readyShard(shard, output));
  return road.handOver(journal, shards, { ahead: workers.count, contentOf, inFlight, signal, onProgress });
}

export interface WrittenShards {
  readonly journal: JournalWriter;
  readonly parts: readonly Part[];
  readonly run: RunRecord;
  /** An earlier run had done everything already. */
  readonly wasDone: boolean;
}

/**
 * Ask the server whether it holds every point, end the journal, and remove the files.
 *
 * @throws RoadClosed; SkeinError as `verifyLoad` and `ShardRoad.handOver`
 */
export async function proveShards(
  workers: Workers,
  survey: SurveyReport,
  road: ShardRoad,
  { journal, parts, run, wasDone }: WrittenShards,
  directory: RunDirectory,
  options: LoadFileOptions & ProveLoadOptions,
): Promise<Proof> {
  const prove = (): Promise<Proof> => verifyLoad(workers, survey, road.target, options);
  let proof = await prove();
  if (!wasDone && isWrong(proof)) {
    road.again();
    await handOverShards(workers, road, journal, directory, options);
    proof = await prove();
    if (isWrong(proof)) {
      const hasMore = proof.verification?.counts.some(({ expected, found }) => found > expected) ?? false;
      throw await road.close(journal, 'The server has something else than the file says, also after a second time.', hasMore);
    }
  }
  if (!wasDone) journal.end();
  // Also what a run that was killed here has left.
  directory.removeParts(run);
  directory.removeShards(run, parts);
  return proof;
}

function isWrong({ verification }: Proof): boolean {
  return verification !== undefined && !isVerified(verification);
}
