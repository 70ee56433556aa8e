// The value of a latitude or longitude, to check that it is on Earth.

import { asciiText } from './number.ts';
import { REWRITTEN_FLOAT, type Row } from './row.ts';

const ZERO = 48;
const MINUS = 45;
const POINT = 46;
const POWERS_OF_TEN = Array.from({ length: 16 }, (_, exponent) => 10 ** exponent);

/**
 * The number that value `at` of `row` is, correctly rounded.
 *
 * Hot: twice a row. Up to 15 digits are exact as an integer, and so is the
 * power of ten that divides them; the platform's parser takes the rest.
 */
export function coordinateOf(row: Row, at: number, source: Uint8Array): number {
  const bytes = row.kinds[at] === REWRITTEN_FLOAT ? row.rewritten : source;
  const start = row.starts[at]!;
  const end = row.ends[at]!;
  const negative = bytes[start] === MINUS;
  let digits = 0;
  let decimals = -1;
  let value = 0;
  for (let i = negative ? start + 1 : start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte === POINT) {
      decimals = 0;
      continue;
    }
    const digit = byte - 48;
    if (digit >>> 0 > 9 || ++digits > 15) return Number(asciiText(bytes, start, end));
    if (decimals >= 0) decimals++;
    value = value * 10 + digit;
  }
  if (decimals > 0) value /= POWERS_OF_TEN[decimals]!;
  return negative ? -value : value;
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
