// Figures as tables: for a terminal and for a page.

import type { Comparison } from './compare.ts';
import { digits, type Figure, isMet, shareOf, spreadOf } from './figures.ts';

/** The figures as a table for a terminal. */
export function tableOf(figures: readonly Figure[]): string {
  const head = ['', 'figure', 'measured', 'rounds', 'goal', ''];
  const rows = figures.map((figure, i) => [
    figure.section === figures[i - 1]?.section ? '' : figure.section,
    figure.name,
    measured(figure),
    spread(figure),
    goal(figure),
    figure.remark ?? '',
  ]);
  return aligned([head, ...rows], new Set([2, 3]));
}

/** Two runs beside each other. */
export function comparisonTable(comparisons: readonly Comparison[]): string {
  const head = ['', 'figure', 'before', 'after', 'at one speed', '99 of 100 between', ''];
  const rows = comparisons.map(({ figure, before, after, ratio, bounds, verdict }, i) => [
    figure.section === comparisons[i - 1]?.figure.section ? '' : figure.section,
    figure.name,
    `${digits(before)} ${figure.unit}`,
    `${digits(after)} ${figure.unit}`,
    `${ratio.toFixed(3)} x`,
    bounds?.map((bound) => bound.toFixed(3)).join(' … ') ?? '',
    verdict,
  ]);
  return aligned([head, ...rows], new Set([2, 3, 4, 5]));
}

/** @param right columns of numbers */
function aligned([head = [], ...rows]: readonly (readonly string[])[], right: ReadonlySet<number>): string {
  const last = head.length - 1;
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (right.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return [head, widths.map((width, column) => '-'.repeat(column === last ? 0 : width)), ...rows].map(line).join('\n');
}

/** The figures as a table in Markdown. */
export function markdownOf(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [figure.name, measured(figure), spread(figure), goal(figure), figure.remark ?? '']);
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(['what', 'measured', 'rounds', 'goal', '']), '|---|---:|---:|---|---|', ...rows.map(line)].join('\n');
}

function measured({ value, unit }: Figure): string {
  return `${digits(value)} ${unit}`;
}

function spread(figure: Figure): string {
  return spreadOf(figure)?.map(digits).join(' … ') ?? '';
}

/** The target, whether it is met, and how much of it and of the later one is reached. */
function goal(figure: Figure): string {
  const { target, value } = figure;
  if (target === undefined) return '';
  const { bound, limit, later } = target;
  const reached = (of: number): string => `${Math.floor(100 * shareOf(value, bound, of))} % of the way`;
  const now = isMet(figure) === true ? 'met' : `NOT MET, ${reached(limit)}`;
  const then =
    later === undefined
      ? ''
      : shareOf(value, bound, later) >= 1
        ? `; ${digits(later)} later: met`
        : `; ${digits(later)} later: ${reached(later)}`;
  return `${bound} ${digits(limit)}: ${now}${then}`;
}
