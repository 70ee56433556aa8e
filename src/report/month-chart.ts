// Fixes by animal and month, as a table of shades.

import { scaleUtc } from 'd3-scale';
import { count } from '../counted.ts';
import { type Animal, nameOf } from './animal.ts';
import { type Markup, markup } from './markup.ts';
import { CHART_WIDTH, drawTimeAxis } from './time-chart.ts';

/** Animals of fewer fixes are not drawn. */
export const MOST_ROWS = 60;
const ROW_HEIGHT = 17;
const LEFT = 150;
const RIGHT = 12;
const AXIS_HEIGHT = 40;
const NAME_CHARS = 20;
/** Shades, as the stylesheet has them. */
const SHADES = 6;
const ROUND = [3, 10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000];

/** Draw the animals with most fixes; undefined where there is no fix. */
export function drawMonths(animals: readonly Animal[], label: string): { readonly svg: Markup; readonly key: Markup } | undefined {
  const shown = animals.slice(0, MOST_ROWS).filter(({ months }) => months.size > 0);
  const all = shown.flatMap(({ months }) => [...months.keys()]);
  if (all.length === 0) return undefined;
  const [first, last] = all.reduce(([low, high], month) => [Math.min(low, month), Math.max(high, month)], [Infinity, -Infinity]);
  const most = Math.max(...shown.map(({ months }) => Math.max(...months.values())));
  const limits = limitsOf(most);
  const time = scaleUtc([startOf(first), startOf(last + 1)], [LEFT, CHART_WIDTH - RIGHT]);
  const height = shown.length * ROW_HEIGHT;
  const rows = shown.map((animal, row) => {
    const y = row * ROW_HEIGHT;
    const shades = Array.from({ length: limits.length + 1 }, () => '');
    for (const [month, fixes] of animal.months) {
      const [left, right] = [time(startOf(month)), time(startOf(month + 1))];
      const shade = limits.filter((limit) => fixes >= limit).length;
      shades[shade] += `M${left.toFixed(1)},${y + 1}H${(right - 0.6).toFixed(1)}V${y + ROW_HEIGHT - 1}H${left.toFixed(1)}Z`;
    }
    const name = nameOf(animal);
    const short = name.length > NAME_CHARS ? `${name.slice(0, NAME_CHARS).replace(/[\ud800-\udbff]$/, '')}…` : name;
    const counts = Array.from({ length: last - first + 1 }, (_, i) => animal.months.get(first + i) ?? '').join();
    return markup`<g class="animal" data-animal="${animal.index}" data-counts="${counts}"><text x="${LEFT - 8}" y="${y + ROW_HEIGHT - 5}" text-anchor="end">${short}</text>${shades.map((d, shade) => (d === '' ? undefined : markup`<path class="shade${shade}" d="${d}"/>`))}</g>
`;
  });
  const svg = markup`<svg class="chart months" viewBox="0 0 ${CHART_WIDTH} ${height + AXIS_HEIGHT}" role="img" aria-label="${label}" data-first="${first}" data-x="${startOf(first)} ${startOf(last + 1)} ${LEFT} ${CHART_WIDTH - RIGHT}" data-row="${ROW_HEIGHT}">
${rows}${drawTimeAxis(time, height + 1)}</svg>`;
  return { svg, key: keyOf(limits, most) };
}

/** Where the shades begin, of equal steps on a scale of powers. */
function limitsOf(most: number): number[] {
  return ROUND.filter((limit) => limit <= most).slice(-(SHADES - 1));
}

function keyOf(limits: readonly number[], most: number): Markup {
  const from = [1, ...limits];
  const items = from.map((low, shade) => {
    const high = (from[shade + 1] ?? most + 1) - 1;
    return markup`<li><svg class="swatch" viewBox="0 0 14 14" aria-hidden="true"><rect class="shade${shade}" width="14" height="14"/></svg>${count(low)}${high > low ? `–${count(high)}` : undefined}</li>`;
  });
  return markup`<ul class="key" aria-label="Fixes in a month">${items}</ul>`;
}

/** @param month months since 1970-01 */
function startOf(month: number): number {
  return Date.UTC(1970, month, 1);
}
