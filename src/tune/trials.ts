// The measurements of one run, each in a bucket of its own.

import { shardCount } from '../destination/influx/shard-groups.ts';
import type { Settings } from './settings.ts';
import { neededBatches, runTrial, timedBatches } from './trial.ts';
import type { TrialBuckets } from './trial-buckets.ts';
import type { TrialPoints } from './trial-points.ts';

/** Making, counting and deleting a bucket, and each of its shards. */
const BUCKET_SECONDS = 0.2;
const SHARD_SECONDS = 0.03;
/** Of the newest rate in what is expected of the next. */
const NEWEST_SHARE = 0.3;

/** A measurement that is done. */
export interface TrialProgress {
  readonly settings: Settings;
  readonly pointsPerSecond: number;
}

export class Trials {
  /** How many are done, and how many batches had to be sent again in them. */
  count = 0;
  triedAgain = 0;
  readonly #buckets: TrialBuckets;
  readonly #points: TrialPoints;
  readonly #signal: AbortSignal | undefined;
  readonly #onTrial: ((trial: TrialProgress) => void) | undefined;
  /** Points a second when the server was tried first: for how much is measured, always as much. */
  #firstRate = 0;
  /** Points a second that are to be expected by now. */
  #pace = 0;

  constructor(
    buckets: TrialBuckets,
    points: TrialPoints,
    signal: AbortSignal | undefined,
    onTrial: ((trial: TrialProgress) => void) | undefined,
  ) {
    this.#buckets = buckets;
    this.#points = points;
    this.#signal = signal;
    this.#onTrial = onTrial;
  }

  /**
   * Measure once before anything counts: that is slower than what comes after it, and tells how long to measure.
   *
   * @returns points a second
   */
  async warmUp(settings: Settings): Promise<number> {
    this.#firstRate = await this.measure(settings);
    this.#pace = this.#firstRate;
    return this.#firstRate;
  }

  /** @returns points a second */
  async measure(settings: Settings): Promise<number> {
    const timed = timedBatches(settings, this.#firstRate);
    const trial = await this.#buckets.withBucket(settings.shardGroupSeconds, (target) =>
      runTrial(target, this.#points, settings, timed, this.#signal),
    );
    this.count++;
    this.#pace += (trial.pointsPerSecond - this.#pace) * NEWEST_SHARE;
    this.triedAgain += trial.triedAgain;
    this.#onTrial?.({ settings, pointsPerSecond: trial.pointsPerSecond });
    return trial.pointsPerSecond;
  }

  /** How long a measurement is going to take; undefined when there are not enough points for it, or they are too long for a batch. */
  secondsOf(settings: Settings): number | undefined {
    const lines = this.linesOf(settings);
    if (lines > this.#points.count || !this.#points.fitInBatch(settings.batchLines)) return undefined;
    return lines / this.#pace + BUCKET_SECONDS + shardCount(this.#points.lines, settings.shardGroupSeconds) * SHARD_SECONDS;
  }

  /** How many points a measurement sends. */
  linesOf(settings: Settings): number {
    return neededBatches(settings, timedBatches(settings, this.#firstRate)) * settings.batchLines;
  }
}
