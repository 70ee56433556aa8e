// At which times a series has rows, in bounded memory, and at which of them it
// may have two.
//
// Both are sets of closed intervals, sorted and apart. A run of rows with rising
// times is one interval; where a run meets what is covered already, two rows may
// share a time. Invariant: `suspect` holds every time that two rows share,
// whatever the order in which runs and other sets were added. It may hold more,
// the more the less sorted a file is: those rows are looked at again.

/** Intervals `[first, last]`, both ends included, one after the other: first, last, first, last. Times in ms. */
export type Intervals = number[];

/** Times of one series. Plain data that crosses from the worker. */
export interface SeriesTimes {
  readonly covered: Intervals;
  readonly suspect: Intervals;
}

/** More intervals than this are joined over their smallest gaps. A native export needs one. */
const MOST_COVERED = 8;
const MOST_SUSPECT = 32;

export function timesOf(first: number, last: number): SeriesTimes {
  return { covered: [first, last], suspect: [] };
}

/** Add a run of rows whose times rise from `first` to `last`. */
export function addRun(times: SeriesTimes, first: number, last: number): void {
  const { covered, suspect } = times;
  for (let i = 0; i < covered.length; i += 2) {
    const from = Math.max(first, covered[i]!);
    const to = Math.min(last, covered[i + 1]!);
    if (from <= to) add(suspect, from, to, MOST_SUSPECT);
  }
  add(covered, first, last, MOST_COVERED);
}

/** Add the times of other rows of the same series. */
export function addTimes(times: SeriesTimes, more: SeriesTimes): void {
  for (let i = 0; i < more.suspect.length; i += 2) add(times.suspect, more.suspect[i]!, more.suspect[i + 1]!, MOST_SUSPECT);
  for (let i = 0; i < more.covered.length; i += 2) addRun(times, more.covered[i]!, more.covered[i + 1]!);
}

export function firstTime({ covered }: SeriesTimes): number {
  return covered[0]!;
}

export function lastTime({ covered }: SeriesTimes): number {
  return covered.at(-1)!;
}

/** Whether a time in `[first, last]` lies in one of the intervals. */
export function meets(intervals: Intervals, first: number, last: number): boolean {
  for (let i = 0; i < intervals.length; i += 2) {
    if (intervals[i]! <= last && intervals[i + 1]! >= first) return true;
  }
  return false;
}

/** Add an interval to a set, joining what it touches. */
function add(intervals: Intervals, first: number, last: number, most: number): void {
  let from = 0;
  while (from < intervals.length && intervals[from + 1]! < first) from += 2;
  let to = from;
  while (to < intervals.length && intervals[to]! <= last) to += 2;
  const joined = from < to ? [Math.min(first, intervals[from]!), Math.max(last, intervals[to - 1]!)] : [first, last];
  intervals.splice(from, to - from, ...joined);
  if (intervals.length > 2 * most) joinNearest(intervals);
}

function joinNearest(intervals: Intervals): void {
  let nearest = 2;
  for (let i = 4; i < intervals.length; i += 2) {
    if (intervals[i]! - intervals[i - 1]! < intervals[nearest]! - intervals[nearest - 1]!) nearest = i;
  }
  intervals.splice(nearest - 1, 2);
}
