// Find the settings with which a server is the fastest, one setting after the
// other, in bounded time.
//
// Each race goes on from the best that is known by then. At the end the winner
// races the defaults, in rounds of their own: what is fast one by one need not
// be so together, and the best of many is in part the luckiest.

import { pick, race, type Standing } from './race.ts';
import { besides, type Ladder, type Settings } from './settings.ts';
import { type Comparison, compareRates, FEWEST_ROUNDS, median } from './told-apart.ts';

/** How much of the time is over when the race for each setting ends; the rest is for the last one. */
const SHARES: Readonly<Record<keyof Settings, number>> = { inFlight: 0.3, batchLines: 0.55, shardGroupSeconds: 0.82 };
/** A race that has too few rounds yet may take the time of the next ones, as half a race is of no use, but not that of the last. */
const LAST_SHARE = Math.max(...Object.values(SHARES));
/** Estimates are rough: a race is left out only where so much less than it takes is left. */
const SURELY_TOO_LITTLE = 0.7;

export interface SearchOptions {
  readonly seconds: number;
  /** Seconds since the start. */
  readonly elapsed: () => number;
  /** How long a measurement is going to take; undefined for one that there are not enough points for. */
  readonly secondsOf: (settings: Settings) => number | undefined;
  /** @returns points a second */
  readonly measure: (settings: Settings) => Promise<number>;
}

/** What became of one setting. */
export interface Outcome {
  readonly setting: keyof Settings;
  /** The value that is best by itself; undefined when there were too few rounds to tell. */
  readonly best: number | undefined;
  readonly tried: readonly Tried[];
}

export interface Tried {
  readonly value: number;
  /** The median. */
  readonly pointsPerSecond: number;
  /** With the best value, or that of the start, in the race of both. */
  readonly comparison: Comparison;
}

export interface Found {
  readonly settings: Settings;
  readonly pointsPerSecond: number;
  readonly defaultPointsPerSecond: number;
  /** Over the defaults; undefined where they stay. */
  readonly gain: Comparison | undefined;
  readonly outcomes: readonly Outcome[];
  readonly verdict: Verdict;
}

/**
 * What is to be said of the settings: they are the defaults, as nothing was
 * better one by one, or what was so was not better than the defaults in the
 * last race, or there was no time for that race; or they are better.
 */
export type Verdict = 'defaults are best' | 'defaults held' | 'no time to confirm' | 'better';

/** @param startRate points a second with `start`, where it is the only one that there is time for */
export async function search(start: Settings, startRate: number, ladders: readonly Ladder[], options: SearchOptions): Promise<Found> {
  const outcomes: Outcome[] = [];
  let [best, rate] = [start, startRate];
  for (const ladder of ladders) {
    const { outcome, ratesOfBest } = await climb(best, ladder, options);
    outcomes.push(outcome);
    if (outcome.best !== undefined) best = { ...best, [ladder.setting]: outcome.best };
    if (ratesOfBest.length > 0) rate = median(ratesOfBest);
  }
  const stays = {
    settings: start,
    pointsPerSecond: rate,
    defaultPointsPerSecond: rate,
    gain: undefined,
    outcomes,
    verdict: 'defaults are best',
  } as const;
  if (ladders.every(({ setting }) => best[setting] === start[setting])) return stays;

  const hasTime = (settings: Settings): boolean => options.elapsed() + (options.secondsOf(settings) ?? 0) < options.seconds;
  const order = isSimpler(best, start, ladders) ? [best, start] : [start, best];
  const standings = await race(order, { measure: options.measure, hasTime });
  const ratesOf = (settings: Settings): readonly number[] => standings.find(({ entry }) => entry === settings)?.rates ?? [];
  const defaultRate = ratesOf(start).length === 0 ? startRate : median(ratesOf(start));
  const winner = pick(standings)?.entry;
  if (winner !== best) {
    const verdict = winner === undefined ? 'no time to confirm' : 'defaults held';
    return { ...stays, pointsPerSecond: defaultRate, defaultPointsPerSecond: defaultRate, verdict };
  }
  return {
    ...stays,
    settings: best,
    pointsPerSecond: median(ratesOf(best)),
    defaultPointsPerSecond: defaultRate,
    gain: compareRates(ratesOf(best), ratesOf(start)),
    verdict: 'better',
  };
}

/** Race the values of one setting, and go on beyond the first ones where the last of them wins. */
async function climb(
  best: Settings,
  { setting, values, first, prefer }: Ladder,
  options: SearchOptions,
): Promise<{ outcome: Outcome; ratesOfBest: readonly number[] }> {
  const settingsOf = (value: number): Settings => ({ ...best, [setting]: value });
  const possible = values.filter((value) => options.secondsOf(settingsOf(value)) !== undefined);
  const secondsOf = (value: number): number => options.secondsOf(settingsOf(value)) ?? 0;
  const leftUntil = (share: number): number => share * options.seconds - options.elapsed();
  const isWorthwhile = (entries: readonly number[]): boolean => {
    const needed = FEWEST_ROUNDS * entries.reduce((sum, value) => sum + secondsOf(value), 0);
    return entries.length > 1 && SURELY_TOO_LITTLE * needed < leftUntil(LAST_SHARE);
  };
  const tried = new Map<number, Tried>();
  let taken: Standing<number> | undefined;
  for (let next = first.filter((value) => possible.includes(value)); isWorthwhile(next); ) {
    const standings = await race(next.toSorted(prefer), {
      measure: (value) => options.measure(settingsOf(value)),
      hasTime: (value, rounds) => secondsOf(value) < leftUntil(rounds < FEWEST_ROUNDS ? LAST_SHARE : SHARES[setting]),
    });
    const picked = pick(standings);
    const reference = picked ?? standings.find(({ entry }) => entry === best[setting]);
    for (const { entry: value, rates } of standings) {
      if (rates.length > 0)
        tried.set(value, { value, pointsPerSecond: median(rates), comparison: compareRates(rates, reference?.rates ?? []) });
    }
    if (picked === undefined) break;
    taken = picked;
    const beyond = besides(possible, picked.entry).filter((value) => !tried.has(value));
    next = beyond.length === 0 ? [] : [picked.entry, ...beyond];
  }
  const outcome = { setting, best: taken?.entry, tried: [...tried.values()].sort((a, b) => a.value - b.value) };
  return { outcome, ratesOfBest: taken?.rates ?? [] };
}

/** Whether the first setting in which the two differ is one that is preferred in `a`. */
function isSimpler(a: Settings, b: Settings, ladders: readonly Ladder[]): boolean {
  const ladder = ladders.find(({ setting }) => a[setting] !== b[setting]);
  return ladder !== undefined && ladder.prefer(a[ladder.setting], b[ladder.setting]) < 0;
}
