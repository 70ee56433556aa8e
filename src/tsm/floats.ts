// The values of a block of floats.
//
// Format: the byte 0x10, the first value as 64 bits, then a stream of bits, most
// significant first (the scheme of Facebook's Gorilla). For each further value, x
// is the exclusive or of its bits and those of the value before:
//   0                            x is zero;
//   10, then x within the window the bits of the window last opened, if x has no others;
//   11, then 5 bits: how many zeros lead x, at most 31; 6 bits: how many bits
//   follow, 64 as 0; x without the zeros round those. They are the new window.
// In the end comes the NaN 7FF8000000000001 as one more value, and zeros to the
// byte.

import { putUint32, putUint64, readInt32 } from './wide.ts';

const GORILLA = 0x10;
const END_HIGH = 0x7ff80000;
const END_LOW = 1;
/**
 * What a value may waste in the window before a new one is opened, whose header
 * takes 11 bits more. The server's encoder never opens one while the old one
 * does; its files were a sixth larger.
 */
const WORTH_BITS = 11;

/** Most bytes that the values of a block take: 77 bits each, the end among them. */
export const floatsRoom = (count: number): number => 32 + 10 * count;

/**
 * Write values `[from, to)`, at least one, none a NaN.
 *
 * Hot: once a float, most of all values. No allocation. The bits gather in two
 * locals, a fifth faster than in variables of the module.
 *
 * @param values two entries each, low half first: a Float64Array's own memory
 * @returns the offset just past them
 */
export function putFloats(values: Int32Array, from: number, to: number, target: Uint8Array, at: number): number {
  target[at] = GORILLA;
  let lowBefore = values[2 * from]!;
  let highBefore = values[2 * from + 1]!;
  let end = putUint64(highBefore, lowBefore, target, at + 1);
  // Bits not yet written, in the top of a word, and how many more it takes.
  let word = 0;
  let free = 32;
  // The window: how many bits of x it has below and above it. None is open.
  let below = 64;
  let above = 64;
  for (let i = 2 * from + 2; i <= 2 * to; i += 2) {
    const low = i < 2 * to ? values[i]! : END_LOW;
    const high = i < 2 * to ? values[i + 1]! : END_HIGH;
    const xLow = low ^ lowBefore;
    const xHigh = high ^ highBefore;
    lowBefore = low;
    highBefore = high;
    if ((xLow | xHigh) === 0) {
      if (--free === 0) {
        end = putUint32(word, target, end);
        word = 0;
        free = 32;
      }
      continue;
    }
    let leading = xHigh !== 0 ? Math.clz32(xHigh) : 32 + Math.clz32(xLow);
    if (leading > 31) leading = 31;
    const trailing = xLow !== 0 ? 31 - Math.clz32(xLow & -xLow) : 63 - Math.clz32(xHigh & -xHigh);
    const fits = leading >= above && trailing >= below && leading - above + trailing - below <= WORTH_BITS;
    if (!fits) {
      above = leading;
      below = trailing;
    }
    const length = 64 - above - below;
    const header = fits ? 2 : (3 << 11) | (above << 6) | (length & 63);
    const headerBits = fits ? 2 : 13;
    if (headerBits < free) {
      free -= headerBits;
      word |= header << free;
    } else {
      const rest = headerBits - free;
      end = putUint32(word | (header >>> rest), target, end);
      free = 32 - rest;
      word = rest === 0 ? 0 : header << free;
    }
    let bitsLow = xLow;
    let bitsHigh = xHigh;
    if (below >= 32) {
      bitsLow = xHigh >>> (below - 32);
      bitsHigh = 0;
    } else if (below > 0) {
      bitsLow = (xLow >>> below) | (xHigh << (32 - below));
      bitsHigh = xHigh >>> below;
    }
    let lowBits = length;
    if (length > 32) {
      lowBits = 32;
      const highBits = length - 32;
      if (highBits < free) {
        free -= highBits;
        word |= bitsHigh << free;
      } else {
        const rest = highBits - free;
        end = putUint32(word | (bitsHigh >>> rest), target, end);
        free = 32 - rest;
        word = rest === 0 ? 0 : bitsHigh << free;
      }
    }
    if (lowBits < free) {
      free -= lowBits;
      word |= bitsLow << free;
    } else {
      const rest = lowBits - free;
      end = putUint32(word | (rest === 32 ? 0 : bitsLow >>> rest), target, end);
      free = 32 - rest;
      word = rest === 0 ? 0 : bitsLow << free;
    }
  }
  for (; free < 32; free += 8, word <<= 8) target[end++] = word >>> 24;
  return end;
}

/**
 * Read `count` values from `bytes[at...]`.
 *
 * @param to the place of the first value in `values`, which has room for them
 */
export function readFloats(bytes: Uint8Array, at: number, count: number, values: Int32Array, to: number): void {
  const bits = new BitReader(bytes, at + 9);
  let high = readInt32(bytes, at + 1);
  let low = readInt32(bytes, at + 5);
  let length = 0;
  let below = 0;
  for (let i = 0; i < count; i++) {
    if (i > 0 && bits.take(1) === 1) {
      if (bits.take(1) === 1) {
        const above = bits.take(5);
        length = bits.take(6) || 64;
        below = 64 - above - length;
      }
      const xHigh = length > 32 ? bits.take(length - 32) : 0;
      const xLow = bits.take(Math.min(length, 32));
      if (below >= 32) {
        high ^= xLow << (below - 32);
      } else {
        high ^= below === 0 ? xHigh : (xHigh << below) | (xLow >>> (32 - below));
        low ^= xLow << below;
      }
    }
    values[2 * (to + i)] = low;
    values[2 * (to + i) + 1] = high;
  }
}

class BitReader {
  readonly #bytes: Uint8Array;
  #at: number;
  /** Of the byte at `at`. */
  #left = 8;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** The next `count` bits, at most 32. */
  take(count: number): number {
    let value = 0;
    for (let missing = count; missing > 0; ) {
      const taken = Math.min(missing, this.#left);
      this.#left -= taken;
      value = (value << taken) | ((this.#bytes[this.#at]! >> this.#left) & ((1 << taken) - 1));
      missing -= taken;
      if (this.#left > 0) continue;
      this.#at++;
      this.#left = 8;
    }
    return value;
  }
}
