// The value of an integer from its bytes, all of 64 bits.

import { asciiText } from './number.ts';

const MINUS = 45;
const TWO_32 = 4_294_967_296;
/** This many characters are digits below 2^53, whatever the sign. */
const SURELY_EXACT_CHARS = 15;
const exact = new BigInt64Array(1);
const halves = new Int32Array(exact.buffer);

/** Reads integers; the last one read lies in it in two halves. */
export class Int64 {
  low = 0;
  high = 0;

  /**
   * Read the integer in `bytes[start, end)`, `-?digits` that fit 64 bits.
   *
   * Hot: once an integer. A BigInt is made only of those of 16 characters and more.
   */
  read(bytes: Uint8Array, start: number, end: number): void {
    if (end - start > SURELY_EXACT_CHARS) {
      this.set(BigInt(asciiText(bytes, start, end)));
      return;
    }
    const isNegative = bytes[start] === MINUS;
    let digits = 0;
    for (let i = isNegative ? start + 1 : start; i < end; i++) digits = digits * 10 + bytes[i]! - 48;
    const value = isNegative ? -digits : digits;
    this.low = value | 0;
    this.high = Math.floor(value / TWO_32);
  }

  set(value: bigint): void {
    exact[0] = value;
    this.low = halves[0]!;
    this.high = halves[1]!;
  }
}
