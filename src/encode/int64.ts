// The value of an integer from its bytes, all of 64 bits.

import { asciiText } from './number.ts';

const MINUS = 45;
const TWO_32 = 4_294_967_296;
/** This many characters are digits below 2^53, whatever the sign. */
const SURELY_EXACT_CHARS = 15;
const exact = new BigInt64Array(1);
const halves = new Int32Array(exact.buffer);

/**
 * Put the integer in `bytes[start, end)`, `-?digits` that fit 64 bits, into
 * `target[at]`, its low half, and `target[at + 1]`, its high one.
 *
 * Hot: once an integer. A BigInt is made only of those of 16 characters and more.
 */
export function putInteger(bytes: Uint8Array, start: number, end: number, target: Int32Array, at: number): void {
  if (end - start > SURELY_EXACT_CHARS) {
    putBigInt(BigInt(asciiText(bytes, start, end)), target, at);
    return;
  }
  const isNegative = bytes[start] === MINUS;
  let digits = 0;
  for (let i = isNegative ? start + 1 : start; i < end; i++) digits = digits * 10 + bytes[i]! - 48;
  const value = isNegative ? -digits : digits;
  target[at] = value | 0;
  target[at + 1] = Math.floor(value / TWO_32);
}

export function putBigInt(value: bigint, target: Int32Array, at: number): void {
  exact[0] = value;
  target[at] = halves[0]!;
  target[at + 1] = halves[1]!;
}
