// Times between the fixes of a series, as a histogram that adds up over chunks.
//
// They are those between a fix and the one before it in the file. In an export the
// rows of a series are in order of time, so these are the times from fix to fix; how
// many are not is counted.

import { addCounts, type SparseCounts } from './sparse-counts.ts';

/** Each octave has 2^5 bins. */
const BIN_BITS = 5;
/** Intervals up to 2^44 ms, all that there can be. */
const BINS = 45 << BIN_BITS;
const BIN_NUMBERS = 3;
/** Where more than one interval in so many is negative, the others say nothing. */
const ORDERED_SHARE = 100;

const MOST_GAPS = 10;

/** Intervals of fixes that follow each other in the file. Plain data that crosses from the worker. */
export interface Intervals {
  /** The first fix and the last, as they stand in the file, ms. */
  firstMs: number;
  lastMs: number;
  /** Fixes before the one ahead of them in the file. */
  backwards: number;
  /** Bin, intervals in it, and their sum in ms. */
  readonly bins: SparseCounts;
  /** The longest, at most MOST_GAPS, longest first; of equal ones the first in the file. */
  gaps: Gap[];
}

/** From a fix to the next, ms. */
export interface Gap {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Counts intervals of one series after the other, of one chunk. */
export class IntervalCounter {
  readonly #counts = new Float64Array(BINS);
  readonly #sums = new Float64Array(BINS);
  readonly #met: number[] = [];
  #gaps: Gap[] = [];
  /** No shorter interval is among the longest. */
  #leastGapMs = 0;
  #backwards = 0;

  /** Hot: once a fix. */
  count(beforeMs: number, ms: number): void {
    const interval = ms - beforeMs;
    if (interval < 0) {
      this.#backwards++;
      return;
    }
    const bin = interval < 2 ** 31 ? binOf(interval) : binOf(Math.floor(interval / 2 ** 14)) + (14 << BIN_BITS);
    if (this.#counts[bin]!++ === 0) this.#met.push(bin);
    this.#sums[bin]! += interval;
    if (interval > this.#leastGapMs) this.#addGap({ fromMs: beforeMs, toMs: ms });
  }

  #addGap(gap: Gap): void {
    this.#gaps = longestGaps([...this.#gaps, gap]);
    if (this.#gaps.length === MOST_GAPS) this.#leastGapMs = lengthOf(this.#gaps[MOST_GAPS - 1]!);
  }

  /** Hand over what was counted of a series and begin anew. */
  take(firstMs: number, lastMs: number): Intervals {
    const bins = this.#met.sort((a, b) => a - b).flatMap((bin) => [bin, this.#counts[bin]!, this.#sums[bin]!]);
    const [backwards, gaps] = [this.#backwards, this.#gaps];
    for (const bin of this.#met) {
      this.#counts[bin] = 0;
      this.#sums[bin] = 0;
    }
    this.#met.length = 0;
    this.#backwards = 0;
    this.#gaps = [];
    this.#leastGapMs = 0;
    return { firstMs, lastMs, backwards, bins, gaps };
  }
}

/** @param interval a whole number below 2^31 */
function binOf(interval: number): number {
  if (interval < 1 << BIN_BITS) return interval;
  const octave = 31 - Math.clz32(interval) - BIN_BITS;
  return (octave << BIN_BITS) + (interval >>> octave);
}

/** Add those of the rows that come next in the file, and the one in between. */
export function addIntervals(intervals: Intervals, next: Intervals, counter: IntervalCounter): void {
  counter.count(intervals.lastMs, next.firstMs);
  const between = counter.take(intervals.lastMs, next.firstMs);
  addCounts(intervals.bins, between.bins, BIN_NUMBERS);
  addCounts(intervals.bins, next.bins, BIN_NUMBERS);
  intervals.gaps = longestGaps([...intervals.gaps, ...between.gaps, ...next.gaps]);
  intervals.backwards += between.backwards + next.backwards;
  intervals.lastMs = next.lastMs;
}

/** The longest of them, longest first; of equal ones the first. */
export function longestGaps(gaps: readonly Gap[]): Gap[] {
  return gaps.toSorted((a, b) => lengthOf(b) - lengthOf(a)).slice(0, MOST_GAPS);
}

function lengthOf({ fromMs, toMs }: Gap): number {
  return toMs - fromMs;
}

/** The median to within a 32nd, or undefined where there are none or they are not in order. */
export function medianMs({ bins, backwards }: Intervals): number | undefined {
  let count = 0;
  for (let at = 0; at < bins.length; at += BIN_NUMBERS) count += bins[at + 1]!;
  if (count === 0 || backwards * ORDERED_SHARE > count) return undefined;
  let at = 0;
  for (let below = bins[1]!; 2 * below < count; below += bins[at + 1]!) at += BIN_NUMBERS;
  return bins[at + 2]! / bins[at + 1]!;
}
