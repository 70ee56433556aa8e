// The files of a load's shards: which parts have something for each, their
// names, and how they come into being once all parts are there.

import { join } from 'node:path';
import type { Part } from '../destination/destination.ts';
import { SkeinError } from '../errors.ts';
import { inOrder } from '../in-order.ts';
import type { CheckedFile } from '../tsm/check-file.ts';
import { shardStartMs } from '../tsm/shard-time.ts';
import type { TsmPlace } from '../tsm/tsm-reader.ts';
import type { StitchTask } from './stitch-shard.ts';

/** A shard as the manifest tells of it. */
export interface ShardRecord extends CheckedFile {
  readonly name: string;
  /** What the shard spans, from its first ms up to the next one's. */
  readonly startMs: number;
  readonly endMs: number;
  readonly points: number;
  /** First and last time of its points, ms. */
  readonly firstMs: number;
  readonly lastMs: number;
}

export interface StitchOptions {
  /** Of the parts and of the files. */
  readonly directory: string;
  readonly shardSeconds: number;
  /** How many files may be made at once. */
  readonly ahead: number;
  /** Make one file in a worker. */
  readonly stitch: (task: StitchTask) => Promise<CheckedFile>;
  /** When it is aborted, no further file is begun. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Make a file for each shard that `parts` have points of. What an earlier run has made is made again.
 *
 * @throws SkeinError `destination` when a part is damaged or the disk is full, `interrupted` after an abort
 */
export async function stitchShards(parts: readonly Part[], options: StitchOptions): Promise<ShardRecord[]> {
  const { directory, shardSeconds, signal } = options;
  const shards: ShardRecord[] = [];
  const plan = planShards(parts, directory, shardSeconds);
  let failure: SkeinError | undefined;
  function* untilStopped(): Generator<PlannedShard> {
    for (const shard of plan) {
      if (failure !== undefined || signal?.aborted) return;
      yield shard;
    }
  }
  // What is under way is waited for, so that it leaves nothing unfinished.
  const stitch = ({ name, startMs, endMs, pieces }: PlannedShard) =>
    settled(options.stitch({ path: join(directory, name), startMs, endMs, pieces }));
  for await (const { task, result } of inOrder(untilStopped(), options.ahead, stitch)) {
    const { pieces: _, ...shard } = task;
    if (result instanceof SkeinError) failure ??= result;
    else shards.push({ ...shard, ...result });
  }
  if (failure !== undefined) throw failure;
  if (shards.length < plan.length) {
    throw new SkeinError(
      'interrupted',
      `Stopped with ${shards.length} of ${plan.length} shard files made. Run the same command again: it goes on from here.`,
    );
  }
  return shards;
}

async function settled(stitched: Promise<CheckedFile>): Promise<CheckedFile | SkeinError> {
  try {
    return await stitched;
  } catch (error) {
    if (error instanceof SkeinError) return error;
    throw error;
  }
}

/** The names of all files that `parts` come to. */
export function shardNames(parts: readonly Part[], shardSeconds: number): string[] {
  return planShards(parts, '', shardSeconds).map(({ name }) => name);
}

interface PlannedShard extends Omit<ShardRecord, keyof CheckedFile> {
  readonly pieces: readonly TsmPlace[];
}

/** In the order of time. */
function planShards(parts: readonly Part[], directory: string, shardSeconds: number): PlannedShard[] {
  const shardMs = shardSeconds * 1000;
  const shards = new Map<number, { points: number; firstMs: number; lastMs: number; pieces: TsmPlace[] }>();
  for (const { name, members } of parts) {
    for (const { offset, length, lines, firstMs, lastMs } of members) {
      const startMs = shardStartMs(firstMs, shardMs);
      const shard = shards.get(startMs) ?? { points: 0, firstMs, lastMs, pieces: [] };
      shards.set(startMs, {
        points: shard.points + lines,
        firstMs: Math.min(shard.firstMs, firstMs),
        lastMs: Math.max(shard.lastMs, lastMs),
        pieces: shard.pieces,
      });
      shard.pieces.push({ path: join(directory, name), offset, length });
    }
  }
  return [...shards]
    .sort(([a], [b]) => a - b)
    .map(([startMs, shard]) => ({ name: `shard-${dayOf(startMs)}.tsm`, startMs, endMs: startMs + shardMs, ...shard }));
}

/** Shards are of whole weeks. */
function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
