// Write one point as a line. For a few points; rows of a file have a writer of their own.

import type { WrittenValue } from './read-line.ts';
import { escapeKey } from './text.ts';

/** One value of one point. */
export interface PointValue {
  /** Series key, as a line begins. */
  readonly series: string;
  /** Without escapes. */
  readonly field: string;
  readonly timeMs: number;
  readonly value: WrittenValue;
}

/** The line of a point that has this one field, without its line feed. */
export function pointLine({ series, field, timeMs, value }: PointValue): string {
  return `${series} ${escapeKey(field)}=${written(value)} ${timeMs}`;
}

function written(value: WrittenValue): string {
  switch (typeof value) {
    case 'string':
      return `"${value.replace(/["\\]/g, '\\$&')}"`;
    case 'bigint':
      return `${value}i`;
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    default:
      return String(value);
  }
}
