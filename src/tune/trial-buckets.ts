// Throw-away buckets: one for each measurement, so that every one of them writes
// new points into an empty bucket, and deleted right after it.
//
// The name says what it is and when it was made. So one that a killed run left
// is known, and one of a run that is at work is not taken for it.

import { randomBytes } from 'node:crypto';
import type { Buckets } from '../destination/influx/buckets.ts';
import { NotAllowed } from '../destination/influx/questions.ts';
import type { InfluxTarget } from '../destination/influx/target.ts';
import { SkeinError } from '../errors.ts';

const NAME = /^skein-tune-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-[0-9a-f]{8}$/;
/** No run takes so long. */
const OLD_MS = 3_600_000;

export function trialBucketName(nowMs: number): string {
  const time = new Date(nowMs).toISOString().slice(0, 19).replace(/[-:]/g, '');
  return `skein-tune-${time}Z-${randomBytes(4).toString('hex')}`;
}

/** Whether a bucket of this name was left by a run that was killed: undefined for one of somebody else. */
export function isLeftOver(name: string, nowMs: number): boolean | undefined {
  const [, year, month, day, hours, minutes, seconds] = NAME.exec(name) ?? [];
  if (year === undefined) return undefined;
  return nowMs - Date.parse(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}Z`) > OLD_MS;
}

export class TrialBuckets {
  readonly #target: InfluxTarget;
  readonly #open: (target: InfluxTarget) => Promise<Buckets>;
  readonly #left: string[] = [];

  /**
   * @param target the server, with a token that may make and delete buckets
   * @param open of its dialect
   */
  constructor(target: InfluxTarget, open: (target: InfluxTarget) => Promise<Buckets>) {
    this.#target = target;
    this.#open = open;
  }

  /** What to do about buckets that could not be deleted; undefined when there are none. */
  get leftSentence(): string | undefined {
    if (this.#left.length === 0) return undefined;
    return `${this.#target.url} did not delete ${this.#left.join(', ')}. Delete that yourself; else a tune an hour from now does.`;
  }

  /**
   * Make a bucket, use it, and delete it whatever happens.
   *
   * @throws SkeinError `destination` when the token may not make one, and what `use` throws
   */
  async withBucket<Result>(shardGroupSeconds: number, use: (target: InfluxTarget) => Promise<Result>): Promise<Result> {
    const target = { ...this.#target, bucket: trialBucketName(Date.now()) };
    const buckets = await this.#open(target);
    try {
      await buckets.create(shardGroupSeconds);
    } catch (cause) {
      // It may have been made all the same.
      await buckets.remove().catch(() => {});
      throw cause instanceof NotAllowed ? withoutRight(cause) : cause;
    }
    try {
      return await use(target);
    } finally {
      await buckets.remove().catch(() => this.#left.push(target.bucket));
    }
  }

  /**
   * Delete what runs left that were killed.
   *
   * @returns sentences about what was found
   */
  async removeLeftOvers(): Promise<string[]> {
    const notes: string[] = [];
    const names = await (await this.#open(this.#target)).names().catch(() => []);
    for (const name of names) {
      const isOld = isLeftOver(name, Date.now());
      if (isOld === undefined) continue;
      if (isOld) {
        const removed = (await this.#open({ ...this.#target, bucket: name })).remove();
        const said = await removed.then(
          () => 'was deleted',
          () => 'could not be deleted',
        );
        notes.push(`The bucket ${name}, which a tune that was killed had left, ${said}.`);
      } else notes.push(`There is a bucket ${name}: of another tune at work, or of one that was killed less than an hour ago.`);
    }
    return notes;
  }
}

function withoutRight(cause: NotAllowed): SkeinError {
  return new SkeinError(
    'destination',
    `${cause.message} A server is tried on buckets of its own: name a file with a token that may make and delete buckets with --admin-env-file.`,
    { cause },
  );
}
