// An InfluxDB 2 that is given finished shards: for one bucket, which the run made.
//
// Shard groups come into being by ordinary writes, under the server's own lock.
// Its call that restores a bucket's metadata is never used: it takes none, and
// loses what others do at that time (2.9.1).

import { count } from '../../counted.ts';
import { type PointValue, pointLine } from '../../encode/point-line.ts';
import { readSeriesKey } from '../../encode/series-key.ts';
import { SkeinError } from '../../errors.ts';
import { isPassing } from './answers.ts';
import { ask } from './ask.ts';
import { readBackupMetadata, type ShardGroup } from './backup-metadata.ts';
import { countFields } from './count-fields.ts';
import { influxdb2 } from './influxdb-2.ts';
import { type Questions, type StoredType, Unanswered } from './questions.ts';
import { type FinishedFile, restoreShard } from './restore-shard.ts';
import { serverMessage, writeFailureSentence } from './sentences.ts';
import { type Server, serverOf } from './server.ts';
import type { InfluxTarget } from './target.ts';
import { untilTaken } from './until-taken.ts';

/** Files of one shard, and its time: half-open, ms. */
export interface FinishedShard {
  readonly startMs: number;
  readonly endMs: number;
  readonly files: readonly FinishedFile[];
}

/** What a shard must hold. */
export interface ShardContent {
  /** Points by field. */
  readonly fields: ReadonlyMap<string, number>;
  readonly types: ReadonlyMap<string, StoredType>;
  /** Some of its points; at least one. */
  readonly samples: readonly PointValue[];
}

/** What a server has else than it was given. */
export interface ShardDifference {
  readonly sentence: string;
  /** It has points that it was not given: somebody else wrote them. */
  readonly hasMore: boolean;
}

export class ShardServer {
  readonly #target: InfluxTarget;
  readonly #server: Server;
  readonly #bucketId: string;
  readonly #signal: AbortSignal | undefined;
  #groups: readonly ShardGroup[] = [];
  #questions: Promise<Questions> | undefined;

  /**
   * @param target with a token that may restore
   * @param signal after an abort nothing is tried again
   */
  constructor(target: InfluxTarget, bucketId: string, signal: AbortSignal | undefined) {
    this.#target = target;
    this.#server = serverOf(target, influxdb2);
    this.#bucketId = bucketId;
    this.#signal = signal;
  }

  /**
   * Have a shard for each of these points, by writing them.
   *
   * They stay: what a server has in memory goes before its files, so they must be points of the files.
   *
   * @throws SkeinError `destination`
   */
  async seed(points: readonly PointValue[]): Promise<void> {
    if (points.length > 0) await this.#untilTaken(() => this.#write(points.map(pointLine).join('\n')));
    const buckets = await this.#untilTaken(() => readBackupMetadata(this.#server));
    const own = buckets.find(({ id }) => id === this.#bucketId);
    if (own === undefined) throw this.#bucketIsGone();
    this.#groups = own.groups;
  }

  /** Hand over the files of a shard, one after the other. @param onBytes is told of bytes as they leave, and of those that left in vain as less than none */
  async send(shard: FinishedShard, onBytes: (bytes: number) => void): Promise<void> {
    const id = this.#shardOf(shard);
    for (const file of shard.files) {
      let sent = 0;
      await this.#untilTaken(() => {
        onBytes(-sent);
        sent = 0;
        const count = (bytes: number): void => {
          sent += bytes;
          onBytes(bytes);
        };
        return restoreShard(this.#server, id, file, { onBytes: count });
      });
    }
  }

  /**
   * Hold what the server has of a shard against what it must.
   *
   * @returns undefined when it has all of it and nothing else
   */
  async difference(shard: FinishedShard, { fields, types, samples }: ShardContent): Promise<ShardDifference | undefined> {
    const [first] = samples;
    if (first === undefined) return undefined;
    const { measurement } = readSeriesKey(first.series);
    const conflict = await this.#typeConflict(measurement, types);
    if (conflict !== undefined) return { sentence: conflict, hasMore: true };
    const range = { fromMs: shard.startMs, toMs: shard.endMs };
    const found = await this.#untilTaken(() => countFields(this.#server, this.#target, measurement, range));
    const wrong = [...new Set([...fields.keys(), ...found.keys()])].filter((field) => fields.get(field) !== found.get(field));
    const [field] = wrong;
    const place = `${this.#target.url}, bucket ${this.#target.bucket}, has in its shard of ${dayOf(shard.startMs)} to ${dayOf(shard.endMs)}`;
    if (field !== undefined) {
      const [has, must] = [found.get(field) ?? 0, fields.get(field) ?? 0].map(count);
      const hasMore = wrong.some((name) => (found.get(name) ?? 0) > (fields.get(name) ?? 0));
      return { sentence: `${place} ${has} instead of ${must} points with ${field}`, hasMore };
    }
    const questions = await this.#ask();
    for (const { series, field, timeMs, value } of samples) {
      const has = (await this.#untilTaken(() => questions.pointAt({ ...readSeriesKey(series), timeMs }))).get(field);
      if (has !== value) {
        return { sentence: `${place} another value of ${field} at ${new Date(timeMs).toISOString()} than it was given`, hasMore: false };
      }
    }
    return undefined;
  }

  /**
   * A field that somebody else has written with another type, in words.
   *
   * Before anything else is asked: a query over both types leaves the shard's file open for ever, and what
   * then closes the shard, another file or the deletion of the bucket, stops all writes to the server until
   * it is started again (2.9.1).
   */
  async #typeConflict(measurement: string, types: ReadonlyMap<string, StoredType>): Promise<string | undefined> {
    const questions = await this.#ask();
    const stored = await this.#untilTaken(() => questions.fieldTypes(measurement));
    for (const [field, type] of types) {
      const other = [...(stored.get(field) ?? [])].find((its) => its !== type);
      if (other === undefined) continue;
      return `${this.#target.url}, bucket ${this.#target.bucket}, has ${field} as ${other} too, which is ${type} in this load`;
    }
    return undefined;
  }

  #ask(): Promise<Questions> {
    this.#questions ??= influxdb2.questions(this.#target);
    return this.#questions;
  }

  async #write(lines: string): Promise<void> {
    const { status, text } = await ask(this.#server, 'POST', influxdb2.writePath(this.#target), lines).catch((cause: unknown) => {
      throw new Unanswered(this.#server.url, (cause as Error).message, { cause });
    });
    const said = serverMessage(this.#server, text);
    if (isPassing(status)) throw new Unanswered(this.#server.url, `status ${status}: ${said}`);
    if (status === 404) throw this.#bucketIsGone();
    if (status >= 300) throw new SkeinError('destination', writeFailureSentence(this.#target, status, said));
  }

  /** The one that has all of the shard's time. */
  #shardOf({ startMs, endMs, files }: FinishedShard): number {
    const found = this.#groups.filter((group) => group.startMs < endMs && group.endMs > startMs);
    const [group] = found;
    if (group === undefined || found.length > 1) {
      const [file] = files;
      throw new SkeinError(
        'destination',
        `${this.#server.url} has ${found.length} shard groups of the bucket ${this.#target.bucket} for the time of ${file?.path}, which is of one. Load without --via shards.`,
      );
    }
    return group.shard;
  }

  #bucketIsGone(): SkeinError {
    const { url, bucket } = this.#target;
    return new SkeinError('state', `${url} has the bucket ${bucket} no more that this load has made. Start over with --fresh.`);
  }

  #untilTaken<Result>(attempt: () => Promise<Result>): Promise<Result> {
    return untilTaken(attempt, this.#target.retryMs, this.#signal);
  }
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
