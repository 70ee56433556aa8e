// Two runs of the bench, figure by figure, with a verdict that knows the noise.
//
// A round's figure is first taken to a machine of one speed, by the yardstick of the
// same round. The rounds of both runs then say how far apart two runs of the same
// program would come to lie: only a difference that is larger is one.

import { type Figure, median, YARDSTICK } from './figures.ts';

export type Verdict = 'more' | 'less' | 'no difference that this noise lets see' | 'rounds are missing, so that the noise is not known';

export interface Comparison {
  readonly figure: Figure;
  /** Medians, as measured. */
  readonly before: number;
  readonly after: number;
  /** After to before, on a machine of one speed; and the bounds that it lies between, 99 times in a hundred. */
  readonly ratio: number;
  readonly bounds: readonly [low: number, high: number] | undefined;
  readonly verdict: Verdict;
}

/** Figures that both runs have, in the order of the second. The yardsticks only serve the others. */
export function compareRuns(before: readonly Figure[], after: readonly Figure[]): Comparison[] {
  return after
    .filter(({ name }) => name !== YARDSTICK)
    .flatMap((figure) => {
      const earlier = before.find(({ section, name }) => section === figure.section && name === figure.name);
      return earlier === undefined ? [] : [compare(figure, earlier, atOneSpeed(earlier, before), atOneSpeed(figure, after))];
    });
}

function compare(figure: Figure, earlier: Figure, before: readonly number[], after: readonly number[]): Comparison {
  const medians = { figure, before: earlier.value, after: figure.value };
  if (before.length < 2 || after.length < 2 || [...before, ...after].some((value) => !(value > 0))) {
    const verdict = 'rounds are missing, so that the noise is not known';
    return { ...medians, ratio: figure.value / earlier.value, bounds: undefined, verdict };
  }
  const [low, high] = differenceOf(before.map(Math.log), after.map(Math.log)).map(Math.exp) as [number, number];
  const verdict = low > 1 ? 'more' : high < 1 ? 'less' : 'no difference that this noise lets see';
  return { ...medians, ratio: median(after) / median(before), bounds: [low, high], verdict };
}

/** Rates grow with the machine's speed, times shrink; sizes and ratios are what they are. */
function atOneSpeed(figure: Figure, run: readonly Figure[]): readonly number[] {
  const rounds = figure.rounds ?? [];
  const speeds = run.find(({ section, name }) => section === figure.section && name === YARDSTICK)?.rounds;
  if (speeds === undefined || speeds.length !== rounds.length) return rounds;
  const isRate = figure.unit.endsWith('/s');
  const isTime = ['s', 'ms', 's/Mrows'].includes(figure.unit);
  return rounds.map((value, i) => (isRate ? value / (speeds[i] ?? 1) : isTime ? value * (speeds[i] ?? 1) : value));
}

/** Student's t for 99 of 100, both sides, for 1, 2, ... degrees of freedom; the last for all beyond. */
const STUDENT_99 = [
  63.66, 9.925, 5.841, 4.604, 4.032, 3.707, 3.499, 3.355, 3.25, 3.169, 3.106, 3.055, 3.012, 2.977, 2.947, 2.921, 2.898, 2.878, 2.861, 2.845,
];

/** Welch's interval for the difference of two means. */
function differenceOf(before: readonly number[], after: readonly number[]): [low: number, high: number] {
  const [a, b] = [before, after].map((values) => {
    const mean = meanOf(values);
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
    return { mean, error: variance / values.length, freedom: values.length - 1 };
  }) as [Sample, Sample];
  const difference = b.mean - a.mean;
  const error = a.error + b.error;
  if (error === 0) return [difference, difference];
  const freedom = error ** 2 / (a.error ** 2 / a.freedom + b.error ** 2 / b.freedom);
  const half = Math.sqrt(error) * (STUDENT_99[Math.min(Math.max(1, Math.floor(freedom)), STUDENT_99.length) - 1] ?? Number.NaN);
  return [difference - half, difference + half];
}

interface Sample {
  readonly mean: number;
  readonly error: number;
  readonly freedom: number;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
