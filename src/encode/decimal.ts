// The value of a number from its bytes, correctly rounded.

import { asciiText } from './number.ts';

const PLUS = 43;
const MINUS = 45;
const POINT = 46;
/** From here on not every whole number is a double. */
const INEXACT = 2 ** 53;
/** Those that are exact. */
const POWERS_OF_TEN = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);

/**
 * The number in `bytes[start, end)`, which has the form
 * `-?digits(.digits)?(e[+-]?digits)?`, the same as the platform's parser gives.
 *
 * Hot: once a float. Where digits and power of ten are exact as doubles, their
 * quotient or product is rounded once, so it is the nearest double. Digits that
 * are below 2^53 in the end were exact all the way. The platform's parser, which
 * wants a string, takes the rest.
 */
export function decimalValue(bytes: Uint8Array, start: number, end: number): number {
  const isNegative = bytes[start] === MINUS;
  let at = isNegative ? start + 1 : start;
  let digits = 0;
  let point = end;
  for (; at < end; at++) {
    const digit = bytes[at]! - 48;
    if (digit >>> 0 <= 9) digits = digits * 10 + digit;
    else if (bytes[at] === POINT) point = at;
    else break;
  }
  let power = point < at ? point - at + 1 : 0;
  if (at < end) power += exponentValue(bytes, at, end);
  if (!(digits < INEXACT) || power < -22 || power > 22) return Number(asciiText(bytes, start, end));
  const value = power < 0 ? digits / POWERS_OF_TEN[-power]! : digits * POWERS_OF_TEN[power]!;
  return isNegative ? -value : value;
}

/** The whole number after the `e` at `at`. */
function exponentValue(bytes: Uint8Array, at: number, end: number): number {
  const sign = bytes[at + 1];
  let exponent = 0;
  for (let i = sign === MINUS || sign === PLUS ? at + 2 : at + 1; i < end; i++) exponent = exponent * 10 + bytes[i]! - 48;
  return sign === MINUS ? -exponent : exponent;
}
