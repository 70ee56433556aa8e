// A chart of something over time, with a line or dots for each animal.

import { type ScaleTime, scaleLinear, scalePow, scaleUtc } from 'd3-scale';
import type { Animal } from './animal.ts';
import { colourClass } from './map.ts';
import { type Markup, markup } from './markup.ts';
import { DOT, point } from './pixel-path.ts';
import { timeTicks } from './time-ticks.ts';

export const CHART_WIDTH = 1000;
const HEIGHT = 250;
const TOP = 10;
const BOTTOM = 38;
const LEFT = 74;
const RIGHT = 12;
/** A date so near to the end of its axis would reach beyond. */
const END_PX = 10;

/** A shorter time than this would have no room for what tells its ticks apart. */
const SHORTEST_MS = 60_000;

export interface TimeChart {
  /** What the page's script takes the values by. */
  readonly kind: 'latitude' | 'displacement' | 'speed';
  readonly label: string;
  /** By fix; NaN where there is none. */
  readonly valuesOf: (animal: Animal) => Float64Array;
  /** @param decimals that tell a tick from the next */
  readonly tickWords: (value: number, decimals: number) => string;
  /** Dots, on an axis of square roots: many small values stay apart, and a few large ones have room. */
  readonly isSpread?: boolean;
  /** The axis begins at 0. */
  readonly fromZero?: boolean;
}

/** Every animal's fixes lie within it. */
export function timeScale(animals: readonly Animal[]): ScaleTime<number, number> {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { timesMs } of animals) {
    for (const ms of timesMs) [from, to] = [Math.min(from, ms), Math.max(to, ms)];
  }
  const more = Math.max(0, SHORTEST_MS - (to - from)) / 2;
  return scaleUtc([from - more, to + more], [LEFT, CHART_WIDTH - RIGHT]);
}

export function drawTimeChart(animals: readonly Animal[], time: ScaleTime<number, number>, chart: TimeChart): Markup {
  const { kind, label, valuesOf, tickWords, isSpread = false, fromZero = false } = chart;
  let [least, most] = fromZero ? [0, 0] : [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const animal of animals) {
    for (const value of valuesOf(animal)) if (!Number.isNaN(value)) [least, most] = [Math.min(least, value), Math.max(most, value)];
  }
  if (!(most > least)) [least, most] = Number.isFinite(least) ? [fromZero ? 0 : least - 0.001, least + 0.001] : [0, 1];
  const scale = (isSpread ? scalePow().exponent(0.5) : scaleLinear())
    .domain([least, most])
    .range([HEIGHT - BOTTOM, TOP])
    .nice(5);
  const right = CHART_WIDTH - RIGHT;
  const ticks = scale.ticks(5);
  const decimals = Math.max(...ticks.map((tick) => String(tick).split('.')[1]?.length ?? 0));
  const yTicks = ticks
    .map((value) => [value, scale(value)] as const)
    .map(
      ([value, y]) =>
        markup`<path class="grid" d="M${LEFT},${y.toFixed(1)}H${right}"/><text x="${LEFT - 8}" y="${(y + 4).toFixed(1)}" text-anchor="end">${tickWords(value, decimals)}</text>`,
    );
  const [bottom = 0, top = 0] = scale.range();
  const [low, high] = scale.domain() as [number, number];
  const [fromMs = 0, toMs = 0] = time.domain().map(Number);
  const draw = isSpread ? drawDots : drawLines;
  return markup`<svg class="chart" viewBox="0 0 ${CHART_WIDTH} ${HEIGHT}" role="img" aria-label="${label}" data-kind="${kind}" data-x="${fromMs} ${toMs} ${LEFT} ${right}" data-y="${low} ${high} ${bottom} ${top}"${isSpread ? markup` data-root="1"` : undefined}>
${yTicks}${drawTimeAxis(time, HEIGHT - BOTTOM)}
<g class="${isSpread ? 'dots' : 'tracks'}">
${animals.map(
  (
    animal,
  ) => markup`<g class="animal ${colourClass(animal)}" data-animal="${animal.index}"><path class="track" d="${draw(animal, valuesOf(animal), time, scale)}"/></g>
`,
)}</g><circle class="cursor" r="5" visibility="hidden"/></svg>`;
}

/** The axis at `y`, and a tick for each label. */
export function drawTimeAxis(time: ScaleTime<number, number>, y: number): Markup {
  const [left, right] = time.range();
  const ticks = timeTicks(time).map(({ ms, label, context }, i) => {
    const x = time(ms).toFixed(1);
    const anchor = time(ms) > (right ?? 0) - END_PX ? 'end' : 'middle';
    const second =
      context === '' ? undefined : markup`<text class="context" x="${x}" y="${y + 32}" text-anchor="${anchor}">${context}</text>`;
    return markup`<g${i % 2 === 1 ? markup` class="odd"` : undefined}><path class="tick" d="M${x},${y}v5"/><text x="${x}" y="${y + 18}" text-anchor="${anchor}">${label}</text>${second}</g>`;
  });
  return markup`<path class="axis" d="M${left},${y}H${right}"/>${ticks}`;
}

type Scale = (value: number) => number;

/** Of the fixes in a column of a px the first, last, lowest and highest: what is left out would be drawn over. */
function drawLines({ timesMs, begins }: Animal, values: Float64Array, time: (ms: number) => number, scale: Scale): string {
  let d = '';
  for (let begin = 0, end = 0; begin < timesMs.length; begin = end) {
    end = begin + 1;
    while (end < timesMs.length && begins[end] === 0) end++;
    const points = columns(begin, end, (fix) => Math.floor(time(timesMs[fix] as number)), values);
    d += `M${points.map((fix) => point(time(timesMs[fix] as number), scale(values[fix] as number))).join('L')}${points.length === 1 ? DOT : ''}`;
  }
  return d;
}

function columns(begin: number, end: number, columnOf: (fix: number) => number, values: Float64Array): number[] {
  const kept: number[] = [];
  for (let from = begin, to = begin; from < end; from = to) {
    let [low, high] = [from, from];
    const column = columnOf(from);
    for (; to < end && columnOf(to) === column; to++) {
      if ((values[to] as number) < (values[low] as number)) low = to;
      if ((values[to] as number) > (values[high] as number)) high = to;
    }
    kept.push(...[...new Set([from, low, high, to - 1])].sort((a, b) => a - b));
  }
  return kept;
}

/** Dots that fall on one another are drawn once. */
function drawDots({ timesMs }: Animal, values: Float64Array, time: (ms: number) => number, scale: Scale): string {
  const dots = new Set<string>();
  for (const [fix, ms] of timesMs.entries()) {
    const value = values[fix] as number;
    if (!Number.isNaN(value)) dots.add(`M${Math.round(time(ms))},${Math.round(scale(value))}${DOT}`);
  }
  return [...dots].join('');
}
