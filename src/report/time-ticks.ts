// Dates along an axis of time: what changes from tick to tick, and below it what it is part of.

import type { ScaleTime } from 'd3-scale';
import { DAY_MS } from './words.ts';

const WANTED_TICKS = 10;
/** px that a date takes. */
const TICK_PX = 84;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export interface TimeTick {
  readonly ms: number;
  readonly label: string;
  /** Empty where it is that of the tick before. */
  readonly context: string;
}

/** Ticks at round times, UTC. */
export function timeTicks(time: ScaleTime<number, number>): TimeTick[] {
  const all = time.ticks(WANTED_TICKS).map(Number);
  const [left = 0, right = 0] = time.range();
  // d3 may give twice as many as are wanted.
  const every = Math.ceil((all.length * TICK_PX) / (right - left));
  const times = all.filter((_, i) => i % every === 0);
  const step = (times[1] ?? Number.POSITIVE_INFINITY) - (times[0] ?? 0);
  const [labelOf, contextOf] =
    step < DAY_MS ? [clock, date] : step < 27 * DAY_MS ? [day, year] : step < 360 * DAY_MS ? [month, year] : [year, nothing];
  let before = '';
  return times.map((ms) => {
    const context = contextOf(new Date(ms));
    const isNew = context !== before;
    before = context;
    return { ms, label: labelOf(new Date(ms)), context: isNew ? context : '' };
  });
}

function clock(time: Date): string {
  return time.toISOString().slice(11, time.getUTCSeconds() === 0 ? 16 : 19);
}

function date(time: Date): string {
  return time.toISOString().slice(0, 10);
}

function day(time: Date): string {
  return `${time.getUTCDate()} ${month(time)}`;
}

/** `Mar` */
export function month(time: Date): string {
  return MONTHS[time.getUTCMonth()] ?? '';
}

function year(time: Date): string {
  return String(time.getUTCFullYear());
}

function nothing(): string {
  return '';
}
