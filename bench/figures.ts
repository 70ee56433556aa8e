// What the bench found out: figures, each beside the target it has to meet.

/** One measured figure. */
export interface Figure {
  readonly section: string;
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The lowest and highest of the repeats, where there are several. */
  readonly spread?: readonly [low: number, high: number];
  readonly target?: Target;
}

export interface Target {
  readonly bound: 'at least' | 'at most';
  /** In the figure's unit. */
  readonly limit: number;
}

/** The figure for a series of repeats: their median and spread. */
export function figureOf(section: string, name: string, unit: string, values: readonly number[], target?: Target): Figure {
  const spread = [Math.min(...values), Math.max(...values)] as const;
  return { section, name, unit, value: median(values), spread, ...(target === undefined ? {} : { target }) };
}

/** Of an even number of values, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Whether the figure meets its target; undefined when it has none. */
export function isMet({ value, target }: Figure): boolean | undefined {
  if (target === undefined) return undefined;
  return target.bound === 'at least' ? value >= target.limit : value <= target.limit;
}

/** The figures as a table for a terminal. */
export function tableOf(figures: readonly Figure[]): string {
  const head = ['', 'figure', 'measured', 'spread', 'target', ''];
  const rows = figures.map((figure, i) => [
    figure.section === figures[i - 1]?.section ? '' : figure.section,
    figure.name,
    `${digits(figure.value)} ${figure.unit}`,
    figure.spread === undefined ? '' : `${digits(figure.spread[0])} … ${digits(figure.spread[1])}`,
    figure.target === undefined ? '' : `${figure.target.bound} ${figure.target.limit} ${figure.unit}`,
    { true: 'met', false: 'NOT MET', undefined: '' }[`${isMet(figure)}`],
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 2 || column === 3 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return [head, widths.map((width) => '-'.repeat(width)), ...rows].map(line).join('\n');
}

function digits(value: number): string {
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
}
