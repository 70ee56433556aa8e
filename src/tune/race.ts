// Which of several settings is the fastest, found in rounds.
//
// Every round measures each of them once, forward and backward in turn, so that
// a drift of the machine and what one leaves behind for the next weigh alike.
// What is certainly slower than the leader stays out of further rounds.

import { compareRates, FEWEST_ROUNDS, isSlower, isWorse, median } from './told-apart.ts';

export interface RaceOptions<Entry> {
  /** Measure one entry. @returns points a second */
  readonly measure: (entry: Entry) => Promise<number>;
  /** Whether there is time to measure `entry` now, after so many whole rounds. */
  readonly hasTime: (entry: Entry, rounds: number) => boolean;
}

/** How an entry did. */
export interface Standing<Entry> {
  readonly entry: Entry;
  /** Points a second, one for each round from the first on; of a round that was not finished none. */
  readonly rates: readonly number[];
}

/** Run rounds until only one entry is left or the time is over. */
export async function race<Entry>(entries: readonly Entry[], { measure, hasTime }: RaceOptions<Entry>): Promise<Standing<Entry>[]> {
  const standings = entries.map((entry) => ({ entry, rates: [] as number[] }));
  let running = standings;
  for (let rounds = 0; running.length > 1; rounds++) {
    const measured: { rates: number[]; rate: number }[] = [];
    for (const { entry, rates } of rounds % 2 === 0 ? running : running.toReversed()) {
      if (!hasTime(entry, rounds)) return standings;
      measured.push({ rates, rate: await measure(entry) });
    }
    for (const { rates, rate } of measured) rates.push(rate);
    const leader = leaderOf(running);
    running = running.filter(({ rates }) => leader === undefined || !isSlower(compareRates(rates, leader.rates)));
  }
  return standings;
}

/**
 * The entry to take: the first that is not worse than the fastest.
 *
 * @param standings those first that are preferred where there is no difference
 * @returns undefined when there were too few rounds to tell
 */
export function pick<Entry>(standings: readonly Standing<Entry>[]): Standing<Entry> | undefined {
  const leader = leaderOf(standings);
  if (leader === undefined) return undefined;
  const others = standings
    .filter((standing) => standing !== leader)
    .map((other) => ({ other, comparison: compareRates(other.rates, leader.rates) }));
  if (leader.rates.length < FEWEST_ROUNDS && !others.every(({ comparison }) => isSlower(comparison))) return undefined;
  const worse = new Set(others.flatMap(({ other, comparison }) => (isWorse(comparison) ? [other] : [])));
  return standings.find((standing) => !worse.has(standing));
}

/** Of those that ran in the last round, as only they ran under the same conditions, the one with the highest median. */
function leaderOf<Entry>(standings: readonly Standing<Entry>[]): Standing<Entry> | undefined {
  const rounds = Math.max(0, ...standings.map(({ rates }) => rates.length));
  const inLast = standings.filter(({ rates }) => rates.length === rounds && rounds > 0);
  return inLast.toSorted((a, b) => median(b.rates) - median(a.rates))[0];
}
