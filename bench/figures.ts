// What the bench found out: figures, each beside the target it has to meet.

/** One measured figure. */
export interface Figure {
  readonly section: string;
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What each round gave, in order, where there were several. */
  readonly rounds?: readonly number[];
  readonly target?: Target;
  /** What else to know of it: versions, other units, a difference in the work that was done. */
  readonly remark?: string;
}

export interface Target {
  readonly bound: 'at least' | 'at most';
  /** In the figure's unit. */
  readonly limit: number;
  /** What a faster kernel shall reach one day. */
  readonly later?: number;
}

/** The yardstick of a section: how fast the machine was in each round; see `rounds`. */
export const YARDSTICK = 'yardstick: gzip on two threads';

/** The figure for a series of rounds: their median, beside what each gave. */
export function figureOf(
  section: string,
  name: string,
  unit: string,
  rounds: readonly number[],
  more: Pick<Figure, 'target' | 'remark'> = {},
): Figure {
  return { section, name, unit, value: median(rounds), rounds, ...more };
}

/** Of an even number of values, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The lowest and highest of a figure's rounds; undefined where there was one. */
export function spreadOf({ rounds }: Figure): readonly [low: number, high: number] | undefined {
  return rounds === undefined || rounds.length < 2 ? undefined : [Math.min(...rounds), Math.max(...rounds)];
}

/** Whether the figure meets its target; undefined when it has none. */
export function isMet({ value, target }: Figure): boolean | undefined {
  return target === undefined ? undefined : shareOf(value, target.bound, target.limit) >= 1;
}

/** How much of a limit is reached: 1 or more is all of it. */
export function shareOf(value: number, bound: Target['bound'], limit: number): number {
  return bound === 'at least' ? value / limit : limit / value;
}

/** A value with as many digits as tell something. */
export function digits(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 3);
}
