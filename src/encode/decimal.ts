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

/** Digits that a 32-bit integer always holds. */
const SURELY_INT32_DIGITS = 9;

/**
 * Write the same number to `target[to]`, a zero never as a negative one.
 *
 * Hot: twice a row. Most coordinates have few digits before and after the point, and
 * integers take two thirds of the time of doubles. A function that returns a double
 * allocates it, which took as long as the reading.
 */
export function putDecimal(bytes: Uint8Array, start: number, end: number, target: Float64Array, to: number): void {
  const first = bytes[start] === MINUS ? start + 1 : start;
  let at = first;
  let whole = 0;
  for (let digit = bytes[at]! - 48; at < end && digit >>> 0 <= 9; digit = bytes[++at]! - 48) whole = (Math.imul(whole, 10) + digit) | 0;
  let fraction = 0;
  let decimals = 0;
  if (at < end && bytes[at] === POINT) {
    const point = at++;
    for (let digit = bytes[at]! - 48; at < end && digit >>> 0 <= 9; digit = bytes[++at]! - 48)
      fraction = (Math.imul(fraction, 10) + digit) | 0;
    decimals = at - point - 1;
  }
  // Of at most 15 digits whole part and fraction together are below 2^53.
  if (at < end || decimals > SURELY_INT32_DIGITS || at - first - decimals > SURELY_INT32_DIGITS - 3) {
    target[to] = decimalValue(bytes, start, end) + 0;
    return;
  }
  const power = POWERS_OF_TEN[decimals]!;
  const value = (whole * power + fraction) / power;
  target[to] = first === start ? value : 0 - value;
}

/** The whole number after the `e` at `at`. */
function exponentValue(bytes: Uint8Array, at: number, end: number): number {
  const sign = bytes[at + 1];
  let exponent = 0;
  for (let i = sign === MINUS || sign === PLUS ? at + 2 : at + 1; i < end; i++) exponent = exponent * 10 + bytes[i]! - 48;
  return sign === MINUS ? -exponent : exponent;
}
