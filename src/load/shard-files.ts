// The files of a load's shards: which parts have something for each, their
// names, and how they come into being once all parts are there.

import { basename, join } from 'node:path';
import type { Part } from '../destination/destination.ts';
import { SkeinError } from '../errors.ts';
import { inOrder } from '../in-order.ts';
import type { CheckedFile } from '../tsm/check-file.ts';
import { shardStartMs } from '../tsm/shard-time.ts';
import type { TsmPlace } from '../tsm/tsm-reader.ts';
import { StitchGauge } from './stitch-gauge.ts';
import type { StitchedFile, StitchTask } from './stitch-shard.ts';

/** A server has no TSM file of 2 GiB, and begins another generation before. */
const MOST_FILE_BYTES = 2 ** 31 - 1;
/** How often it is told how far the files are. */
const TELL_MS = 100;

/** A shard as the manifest tells of it. */
export interface ShardRecord {
  /** What the shard spans, from its first ms up to the next one's. */
  readonly startMs: number;
  readonly endMs: number;
  readonly points: number;
  /** First and last time of its points, ms. */
  readonly firstMs: number;
  readonly lastMs: number;
  /** Mostly one; of several each is whole by itself, and a server takes them as generations, in any order. */
  readonly files: readonly ShardFile[];
}

export interface ShardFile extends CheckedFile {
  readonly name: string;
}

/** How far the files are. */
export interface StitchProgress {
  /** Shards whose files are made. */
  readonly shards: number;
  readonly totalShards: number;
  /** Bytes that were copied or read again, and about how many will have been in the end. */
  readonly bytes: number;
  readonly totalBytes: number;
}

export interface StitchOptions {
  /** Of the parts and of the files. */
  readonly directory: string;
  readonly shardSeconds: number;
  /** How many shards may be under way at once. */
  readonly ahead: number;
  /** Make the files of one shard in a worker. */
  readonly stitch: (task: StitchTask) => Promise<StitchedFile[]>;
  /** When it is aborted, the files under way are given up and no further one is begun. */
  readonly signal: AbortSignal | undefined;
  readonly onProgress?: ((progress: StitchProgress) => void) | undefined;
}

/**
 * Make the files of each shard that `parts` have points of. What an earlier run has made is made again.
 *
 * @throws SkeinError `destination` when a part is damaged or the disk is full, `interrupted` after an abort
 */
export async function stitchShards(parts: readonly Part[], options: StitchOptions): Promise<ShardRecord[]> {
  const { directory, shardSeconds, signal } = options;
  const shards: ShardRecord[] = [];
  const plan = planShards(parts, directory, shardSeconds);
  const gauge = StitchGauge.create();
  let failure: SkeinError | undefined;
  function* untilStopped(): Generator<PlannedShard> {
    for (const shard of plan) {
      if (failure !== undefined || signal?.aborted) return;
      yield shard;
    }
  }
  // What is under way is waited for, so that it leaves nothing unfinished.
  const stitch = ({ name, startMs, endMs, pieces }: PlannedShard) =>
    settled(options.stitch({ path: join(directory, name), startMs, endMs, pieces, mostBytes: MOST_FILE_BYTES, gauge: gauge.numbers }));
  // Every byte is copied once and read again once.
  const totalBytes = 2 * plan.reduce((sum, { pieces }) => sum + pieces.reduce((bytes, { length }) => bytes + length, 0), 0);
  const tell = (): void =>
    options.onProgress?.({ shards: shards.length, totalShards: plan.length, bytes: Math.min(gauge.doneBytes, totalBytes), totalBytes });
  const timer = setInterval(tell, TELL_MS);
  const stop = (): void => gauge.stop();
  signal?.addEventListener('abort', stop);
  try {
    for await (const { task, result } of inOrder(untilStopped(), options.ahead, stitch)) {
      const { pieces: _, name: __, ...shard } = task;
      if (!(result instanceof SkeinError))
        shards.push({ ...shard, files: result.map(({ path, content: ___, ...file }) => ({ name: basename(path), ...file })) });
      else if (result.code !== 'interrupted') {
        failure ??= result;
        stop();
      }
    }
  } finally {
    clearInterval(timer);
    signal?.removeEventListener('abort', stop);
  }
  if (failure !== undefined) throw failure;
  if (shards.length < plan.length) {
    throw new SkeinError(
      'interrupted',
      `Stopped with the files of ${shards.length} of ${plan.length} shards made. Run the same command again: its rows are kept, and the files are made of them.`,
    );
  }
  return shards;
}

async function settled(stitched: Promise<StitchedFile[]>): Promise<StitchedFile[] | SkeinError> {
  try {
    return await stitched;
  } catch (error) {
    if (error instanceof SkeinError) return error;
    throw error;
  }
}

/** The name of the first file of each shard that `parts` have points of. */
export function shardNames(parts: readonly Part[], shardSeconds: number): string[] {
  return planShards(parts, '', shardSeconds).map(({ name }) => name);
}

interface PlannedShard extends Omit<ShardRecord, 'files'> {
  readonly name: string;
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
