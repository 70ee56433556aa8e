// The value of a latitude or longitude, to check that it is on Earth.

import { asciiText } from './number.ts';
import { REWRITTEN_FLOAT, type Row } from './row.ts';

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
