// The road of a load into an InfluxDB 2 by finished shards: whether it is open,
// the bucket at its end, and what becomes of it when the server does not keep
// what it is given.
//
// Invariant: only a bucket that this run made, as its journal knows by the id,
// is ever handed anything or deleted.

import { randomUUID } from 'node:crypto';
import { type BucketShards, readBackupMetadata } from '../destination/influx/backup-metadata.ts';
import { dialectOf } from '../destination/influx/dialects.ts';
import { influxdb2 } from '../destination/influx/influxdb-2.ts';
import { OwnBuckets } from '../destination/influx/own-bucket.ts';
import { NotAllowed } from '../destination/influx/questions.ts';
import { serverOf } from '../destination/influx/server.ts';
import { ShardServer } from '../destination/influx/shard-server.ts';
import type { InfluxTarget } from '../destination/influx/target.ts';
import { untilAnswered } from '../destination/influx/until-answered.ts';
import { SkeinError } from '../errors.ts';
import { HandOverFailed, type HandOverOptions, handOver, RoadClosed } from './hand-over.ts';
import type { JournalWriter, ShardEntry } from './journal.ts';
import type { ReadyShard } from './ready-shards.ts';
import type { ShardRecord } from './shard-files.ts';

export class ShardRoad {
  /** With a token that may restore. */
  readonly target: InfluxTarget;
  readonly #buckets: readonly BucketShards[];
  readonly #own: OwnBuckets;
  #bucketId: string | undefined;
  /** Of a run that is not gone on with. */
  #abandoned: string | undefined;
  #shards: readonly ShardRecord[] | undefined;
  readonly #done = new Set<number>();

  private constructor(target: InfluxTarget, buckets: readonly BucketShards[]) {
    this.target = target;
    this.#buckets = buckets;
    this.#own = new OwnBuckets(serverOf(target, influxdb2), target);
  }

  /**
   * Find out whether a server takes finished shards.
   *
   * @param target with a token that may restore
   * @throws SkeinError `usage` or NotAllowed where it does not, in a sentence that says what to do
   */
  static async open(target: InfluxTarget): Promise<ShardRoad> {
    const { title, name } = dialectOf(target);
    if (name !== 'influxdb-2') {
      throw new SkeinError(
        'usage',
        `${target.url} is ${/^[AEIOU]/.test(title) ? 'an' : 'a'} ${title}, and --via shards is for an InfluxDB 2.1 or later. Load without it.`,
      );
    }
    return new ShardRoad(target, await untilAnswered(() => readBackupMetadata(serverOf(target, influxdb2))));
  }

  /**
   * Go on where an earlier run was, if there was one.
   *
   * @throws SkeinError `usage` when there is a bucket of that name that the earlier run has not made, `state` when its own is gone
   */
  async resume(entries: readonly ShardEntry[]): Promise<void> {
    await this.#recall(entries);
    if (this.#bucketId !== undefined && !this.#buckets.some(({ id }) => id === this.#bucketId)) {
      const { url, bucket } = this.target;
      throw new SkeinError(
        'state',
        `${url} has the bucket ${bucket} no more that an earlier run of this load made. Start over with --fresh.`,
      );
    }
    this.#checkName(this.#bucketId);
  }

  /**
   * Start over where an earlier run did not come to its end: its bucket is deleted before another is made.
   *
   * @throws SkeinError `usage` when there is a bucket of that name that the earlier run has not made
   */
  async startOver(entries: readonly ShardEntry[]): Promise<void> {
    await this.#recall(entries);
    this.#checkName(this.#bucketId);
    this.#abandoned = this.#bucketId;
    this.#bucketId = undefined;
    this.#shards = undefined;
    this.#done.clear();
  }

  async #recall(entries: readonly ShardEntry[]): Promise<void> {
    let mark: string | undefined;
    for (const entry of entries) {
      if ('mark' in entry) mark = entry.mark;
      else if ('shards' in entry) this.#shards = entry.shards;
      else if ('handedOver' in entry) this.#done.add(entry.handedOver);
      else {
        this.#bucketId = entry.bucketId ?? undefined;
        mark = undefined;
        if (entry.bucketId === null) this.#done.clear();
      }
    }
    // Killed between the making and the noting.
    if (mark !== undefined) this.#bucketId = await this.#own.find(mark);
  }

  /** @throws SkeinError `usage` when there is a bucket of that name other than `own` */
  #checkName(own: string | undefined): void {
    const { url, org, bucket } = this.target;
    const there = this.#buckets.find(({ name, org: of }) => name === bucket && of === org);
    if (there !== undefined && there.id !== own) {
      throw new SkeinError(
        'usage',
        `${url} has a bucket ${bucket} already, and --via shards fills only one that it makes itself. Name another with --bucket, or load without --via shards.`,
      );
    }
  }

  /** What would be or was made, in a sentence. */
  note(shardSeconds: number, isDryRun: boolean): string {
    return `The bucket ${this.target.bucket} ${isDryRun ? 'would be' : 'was'} made, with shard groups of ${shardSeconds / 86_400} days, and finished shards ${isDryRun ? 'handed' : 'were handed'} to it.`;
  }

  /** Files of shards that an earlier run has made. */
  get shards(): readonly ShardRecord[] | undefined {
    return this.#shards;
  }

  /** Make the bucket, unless an earlier run has. */
  async makeBucket(journal: JournalWriter, shardSeconds: number): Promise<void> {
    if (this.#bucketId !== undefined) return;
    if (this.#abandoned !== undefined) await this.#own.remove(this.#abandoned);
    const mark = randomUUID();
    journal.append({ mark });
    try {
      this.#bucketId = await this.#own.make(shardSeconds, mark);
    } catch (cause) {
      if (cause instanceof NotAllowed) {
        throw new SkeinError('destination', `${cause.message} Name the file of the operator token with --admin-env-file.`, { cause });
      }
      // Somebody was faster.
      if (!/already exists/.test((cause as Error).message)) throw cause;
      throw new SkeinError('destination', `${(cause as Error).message} Name another with --bucket.`, { cause });
    }
    journal.append({ bucketId: this.#bucketId });
  }

  /** Note that the files are there. */
  shardsAreMade(journal: JournalWriter, shards: readonly ShardRecord[]): void {
    journal.append({ shards });
    this.#shards = shards;
  }

  /**
   * Hand over what is not yet.
   *
   * @throws RoadClosed; SkeinError as `handOver`
   */
  async handOver(
    journal: JournalWriter,
    shards: readonly ReadyShard[],
    options: Pick<HandOverOptions, 'ahead' | 'contentOf' | 'inFlight' | 'signal' | 'onProgress'>,
  ): Promise<void> {
    if (this.#bucketId === undefined) throw new Error('no bucket was made');
    const server = new ShardServer(this.target, this.#bucketId, options.signal);
    const onDone = ({ startMs }: ReadyShard): void => {
      journal.append({ handedOver: startMs });
      this.#done.add(startMs);
    };
    try {
      await handOver(shards, { ...options, server, done: this.#done, onDone });
    } catch (error) {
      if (!(error instanceof HandOverFailed)) throw error;
      throw await this.close(journal, error.message, error.difference.hasMore);
    }
  }

  /** Nothing counts as handed over any more. */
  again(): void {
    this.#done.clear();
  }

  /**
   * Delete the bucket, because the server does not have what it must.
   *
   * @param hasMore somebody else has written into the bucket: then it is left
   * @returns what to throw
   */
  async close(journal: JournalWriter, why: string, hasMore: boolean): Promise<RoadClosed> {
    const { bucket } = this.target;
    if (hasMore) {
      return new RoadClosed(
        'verify',
        `${why} Somebody else has written into the bucket ${bucket}, so it was left as it is. Delete it, or load with --fresh into another bucket.`,
      );
    }
    try {
      if (this.#bucketId !== undefined) await this.#own.remove(this.#bucketId);
    } catch (cause) {
      if (!(cause instanceof SkeinError)) throw cause;
      return new RoadClosed(
        'verify',
        `${why} ${cause.message} See whether the server's disk is full, start the server again, and then run the same command.`,
        { cause },
      );
    }
    this.#bucketId = undefined;
    this.#done.clear();
    journal.append({ bucketId: null });
    return new RoadClosed(
      'verify',
      `${why} The bucket ${bucket}, which this load had made, was deleted again. See whether the server's disk is full; run the same command again, or load with --fresh and without --via shards.`,
    );
  }
}
