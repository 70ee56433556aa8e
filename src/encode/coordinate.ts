// The value of a latitude or longitude, to check that it is on Earth.

import { decimalValue, putDecimal } from './decimal.ts';
import { REWRITTEN_FLOAT, type Row } from './row.ts';

const ZERO = 48;
const MINUS = 45;
const POINT = 46;

/** The number that value `at` of `row` is. Hot: for the few locations that need a second look. */
export function coordinateOf(row: Row, at: number, source: Uint8Array): number {
  const bytes = row.kinds[at] === REWRITTEN_FLOAT ? row.rewritten : source;
  return decimalValue(bytes, row.starts[at]!, row.ends[at]!);
}

/** Write the number that value `at` of `row` is to `target[to]`, a zero never as a negative one. Hot: twice a row. */
export function putCoordinate(row: Row, at: number, source: Uint8Array, target: Float64Array, to: number): void {
  const bytes = row.kinds[at] === REWRITTEN_FLOAT ? row.rewritten : source;
  putDecimal(bytes, row.starts[at]!, row.ends[at]!, target, to);
}

/**
 * Whether `bytes[start, end)`, digits with or without a point and no exponent,
 * is surely not zero and within `tens` tens of it, told by its first bytes.
 *
 * Hot: twice a row, for nearly all coordinates; the value itself costs three
 * times as much. A no means only that the value must be looked at.
 *
 * @param tens 9 for a latitude, 18 for a longitude
 */
export function isSurelyWithin(bytes: Uint8Array, start: number, end: number, tens: number): boolean {
  const first = bytes[start] === MINUS ? start + 1 : start;
  const lead = bytes[first]! - ZERO;
  if (lead === 0) return false;
  if (first + 1 === end || bytes[first + 1] === POINT) return true;
  if (first + 2 === end || bytes[first + 2] === POINT) return lead < tens;
  return (first + 3 === end || bytes[first + 3] === POINT) && lead * 10 + bytes[first + 1]! - ZERO < tens;
}
