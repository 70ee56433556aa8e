// One measurement: how many points a second a server takes with some settings.
//
// The clock runs from the answer that ends the first wave of batches to one that
// ends a later wave, and all the while as many batches are under way as the
// settings say. So neither making the shards nor the slow ends of a short load
// count, of which a long load has next to none.

import type { Batch } from '../destination/destination.ts';
import { dialectOf } from '../destination/influx/dialects.ts';
import type { InfluxTarget } from '../destination/influx/target.ts';
import { InfluxWriter } from '../destination/influx/writer.ts';
import { RunGauge } from '../destination/run-gauge.ts';
import { SkeinError } from '../errors.ts';
import type { Settings } from './settings.ts';
import type { TrialPoints } from './trial-points.ts';

/** How long the clock should run. */
const TIMED_SECONDS = 0.7;

/** What a measurement found out. */
export interface Trial {
  readonly pointsPerSecond: number;
  /** Batches that had to be sent again, as the server had too much to do. */
  readonly triedAgain: number;
}

/** How many batches are timed, a multiple of those under way, where so many points a second are to be expected. */
export function timedBatches({ inFlight, batchLines }: Settings, pointsPerSecond: number): number {
  return inFlight * Math.max(1, Math.round((pointsPerSecond * TIMED_SECONDS) / (inFlight * batchLines)));
}

/** How many batches a measurement sends: one wave before and not quite one after those that are timed. */
export function neededBatches(settings: Settings, timed: number): number {
  return settings.inFlight + timed + settings.inFlight - 1;
}

/**
 * Measure with new points in an empty bucket, and make sure that all are there.
 *
 * @param target with that bucket
 * @param timed as `timedBatches` gives it
 * @throws SkeinError `destination` when the server refuses points or does not hold them all, `interrupted` after an abort
 */
export async function runTrial(
  target: InfluxTarget,
  points: TrialPoints,
  settings: Settings,
  timed: number,
  signal: AbortSignal | undefined,
): Promise<Trial> {
  const { inFlight, batchLines } = settings;
  const batches = points.batches(batchLines).slice(0, neededBatches(settings, timed));
  const gauge = RunGauge.create(inFlight, batchLines);
  const writer = new InfluxWriter(target, inFlight, gauge);
  try {
    const sink = writer.openChunk();
    const send = async (batch: Batch): Promise<void> => {
      const [refused] = await sink.send(batch);
      if (refused !== undefined) throw new SkeinError('destination', `${target.url} refused a point: ${refused.message}.`);
    };
    const spread = points.spread();
    await send(spread.batch);

    let taken = 0;
    let [beganAt, endedAt] = [Number.NaN, Number.NaN];
    let next = 0;
    const sendOn = async (): Promise<void> => {
      while (taken < inFlight + timed && !signal?.aborted) {
        const batch = batches[next++];
        if (batch === undefined) return;
        await send(batch);
        taken++;
        if (taken === inFlight) beganAt = performance.now();
        if (taken === inFlight + timed) endedAt = performance.now();
      }
    };
    await Promise.all(Array.from({ length: inFlight }, sendOn));
    if (signal?.aborted) throw new SkeinError('interrupted', 'Stopped before there was a result.');
    await checkCount(target, points, taken * batchLines + spread.beyond(taken * batchLines));
    return { pointsPerSecond: (timed * batchLines) / ((endedAt - beganAt) / 1000), triedAgain: gauge.requests.triedAgain };
  } finally {
    await writer.close();
  }
}

/** Where the points have no field in common, the server's word that it has taken them must do. */
async function checkCount(target: InfluxTarget, { lines }: TrialPoints, expected: number): Promise<void> {
  const { measurement, countedBy, firstMs, lastMs } = lines;
  if (countedBy === undefined) return;
  const questions = await dialectOf(target).questions(target);
  const counts = await questions.countBySeries({ measurement, field: countedBy, fromMs: firstMs, toMs: lastMs + 1 });
  const found = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (found !== expected) {
    throw new SkeinError(
      'destination',
      `${target.url} has taken ${expected} points and holds ${found} of them. Nothing that it is fast at counts.`,
    );
  }
}
