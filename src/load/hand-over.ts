// Hand the finished files of all shards to an InfluxDB 2, and trust nothing that
// it says.
//
// Input: the files, and the bucket that this run made for them. This run has read
// each file again, and what leaves is held against the checksum that it had then.
// One real point of each is written in the ordinary way first: so the server
// makes the shard groups itself. What was handed over is counted, field by field,
// and some points are compared; a shard that is not right gets its file once more. Invariant: `onDone` is told of a shard only
// when the server was seen to have all of it.

import type { FinishedShard, ShardContent, ShardDifference, ShardServer } from '../destination/influx/shard-server.ts';
import type { PointValue } from '../encode/point-line.ts';
import { SkeinError } from '../errors.ts';
import { inOrder } from '../in-order.ts';
import type { ReadyShard } from './ready-shards.ts';
import type { ContentTask, FileContent } from './shard-content.ts';

export interface HandOverOptions {
  readonly server: ShardServer;
  /** Where shards begin that an earlier run has handed over, ms. */
  readonly done: ReadonlySet<number>;
  /** How many files are read again at once. */
  readonly ahead: number;
  /** What a file holds, for which it is read once more if this run has not yet. */
  readonly contentOf: (task: ContentTask) => Promise<FileContent>;
  /** How many shards are under way at once. */
  readonly inFlight: number;
  readonly onDone: (shard: ReadyShard) => void;
  /** When it is aborted, no further shard is begun. */
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: HandOverProgress) => void) | undefined;
}

export interface HandOverProgress {
  /** That were sent, of all that are to be. */
  readonly bytes: number;
  readonly totalBytes: number;
  /** That the server was seen to have. */
  readonly shards: number;
  readonly totalShards: number;
}

/** The server has something else than it was given. */
export class HandOverFailed extends SkeinError {
  readonly difference: ShardDifference;

  /** @param remark on the sentence */
  constructor(difference: ShardDifference, remark: string) {
    super('verify', `${difference.sentence}${remark}.`);
    this.difference = difference;
  }
}

/** The server does not keep what it is given. What was made there is deleted again, unless others have written to it. */
export class RoadClosed extends SkeinError {}

/** A shard, and what was read again of it. */
interface CheckedShard {
  readonly shard: FinishedShard & ReadyShard;
  readonly content: ShardContent;
}

/**
 * Hand over every one of `shards` that is not done.
 *
 * @throws HandOverFailed; SkeinError `destination` when a file is not whole or the server gives no answer, `interrupted` after an abort
 */
export async function handOver(shards: readonly ReadyShard[], options: HandOverOptions): Promise<void> {
  const { server, signal, onProgress } = options;
  const open = shards.filter(({ startMs }) => !options.done.has(startMs));
  const totalBytes = bytesOf(shards);
  let bytes = totalBytes - bytesOf(open);
  let done = shards.length - open.length;
  const count = (more: number): void => {
    bytes += more;
    onProgress?.({ bytes, totalBytes, shards: done, totalShards: shards.length });
  };

  const checked = await checkAll(open, options);
  if (checked.length < open.length) throw stopped(done, shards.length);
  await server.seed(checked.map(({ content }) => seedOf(content)));

  let failure: SkeinError | undefined;
  function* untilStopped(): Generator<CheckedShard> {
    for (const shard of checked) {
      if (failure !== undefined || signal?.aborted) return;
      yield shard;
    }
  }
  const deliverOne = (shard: CheckedShard): Promise<SkeinError | undefined> => settled(deliver(server, shard, count));
  // What is under way is waited for: a server should have no half of a file.
  for await (const { task, result } of inOrder(untilStopped(), options.inFlight, deliverOne)) {
    if (result !== undefined) {
      failure ??= result;
      continue;
    }
    options.onDone(task.shard);
    done++;
    count(0);
  }
  if (failure !== undefined) throw failure;
  if (done < shards.length) throw stopped(done, shards.length);
}

/** Read all files again: all, or fewer after an abort. */
async function checkAll(shards: readonly ReadyShard[], { contentOf, ahead, signal }: HandOverOptions): Promise<CheckedShard[]> {
  const checked: CheckedShard[] = [];
  const checkOne = ({ files, startMs, endMs }: ReadyShard) =>
    Promise.all(files.map(async (file) => ({ file, content: await contentOf({ ...file, startMs, endMs }) })));
  for await (const { task: shard, result } of inOrder(shards, ahead, checkOne)) {
    if (signal?.aborted) return checked;
    const contents = result.map(({ content }) => content);
    const fields = new Map<string, number>();
    for (const [field, points] of contents.flatMap((file) => [...file.fields])) fields.set(field, (fields.get(field) ?? 0) + points);
    const types = new Map(contents.flatMap((file) => [...file.types]));
    const files = result.map(({ file, content }) => ({ ...file, checksum: content.checksum }));
    checked.push({ shard: { ...shard, files }, content: { fields, types, samples: contents.flatMap(({ samples }) => samples) } });
  }
  return checked;
}

/** Hand over one shard, twice if need be. */
async function deliver(server: ShardServer, { shard, content }: CheckedShard, onBytes: (bytes: number) => void): Promise<void> {
  await server.send(shard, onBytes);
  const found = await server.difference(shard, content);
  if (found === undefined) return;
  // It is not for want of a file.
  if (found.hasMore) throw new HandOverFailed(found, '');
  onBytes(-shard.bytes);
  await server.send(shard, onBytes);
  const still = await server.difference(shard, content);
  if (still !== undefined) throw new HandOverFailed(still, ', also after a second time');
}

/** A SkeinError becomes a result, so that the shards under way are waited for. A bug does not. */
async function settled(delivered: Promise<void>): Promise<SkeinError | undefined> {
  try {
    await delivered;
    return undefined;
  } catch (error) {
    if (error instanceof SkeinError) return error;
    throw error;
  }
}

function seedOf({ samples: [first] }: ShardContent): PointValue {
  if (first === undefined) throw new Error('a file without a point');
  return first;
}

function bytesOf(shards: readonly ReadyShard[]): number {
  return shards.reduce((sum, { bytes }) => sum + bytes, 0);
}

function stopped(done: number, all: number): SkeinError {
  return new SkeinError(
    'interrupted',
    `Stopped with ${done} of ${all} shards handed over. Run the same command again: it goes on from here.`,
  );
}
