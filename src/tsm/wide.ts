// Whole numbers of more than 32 bits, as the file format writes them.
//
// In arrays a 64-bit number is two entries of an Int32Array, the low half and
// then the high one: a little-endian machine's BigInt64Array, without a BigInt
// for each number.

/** 2^32. */
export const HALF = 4_294_967_296;

/** Write 32 bits, big endian. @returns the offset just past them */
export function putUint32(bits: number, target: Uint8Array, at: number): number {
  target[at] = bits >>> 24;
  target[at + 1] = bits >>> 16;
  target[at + 2] = bits >>> 8;
  target[at + 3] = bits;
  return at + 4;
}

/** Write 64 bits, big endian. @returns the offset just past them */
export function putUint64(high: number, low: number, target: Uint8Array, at: number): number {
  target[at] = high >>> 24;
  target[at + 1] = high >>> 16;
  target[at + 2] = high >>> 8;
  target[at + 3] = high;
  target[at + 4] = low >>> 24;
  target[at + 5] = low >>> 16;
  target[at + 6] = low >>> 8;
  target[at + 7] = low;
  return at + 8;
}

/** Write a whole number below 2^53 in groups of 7 bits, the lowest first. @returns the offset just past it */
export function putUvarint(value: number, target: Uint8Array, at: number): number {
  let rest = value;
  let to = at;
  while (rest >= 0x80) {
    target[to++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  target[to++] = rest;
  return to;
}

/** Write 64 bits in groups of 7 bits, the lowest first. @returns the offset just past them, at most 10 bytes on */
export function putUvarint64(high: number, low: number, target: Uint8Array, at: number): number {
  let [h, l] = [high >>> 0, low >>> 0];
  let to = at;
  while (h > 0 || l >= 0x80) {
    target[to++] = (l & 0x7f) | 0x80;
    l = ((l >>> 7) | (h << 25)) >>> 0;
    h >>>= 7;
  }
  target[to++] = l;
  return to;
}

/** 32 bits, big endian, with their sign. */
export function readInt32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}

/** Reads what `putUvarint` and `putUvarint64` write. */
export class UvarintReader {
  /** Just past the last number. */
  at = 0;
  /** The last number in two halves. */
  high = 0;
  low = 0;

  /** @returns the number, exact below 2^53 */
  read(bytes: Uint8Array, from: number): number {
    this.high = 0;
    this.low = 0;
    let at = from;
    for (let shift = 0, more = true; more; shift += 7, at++) {
      const bits = bytes[at]! & 0x7f;
      more = bytes[at]! >= 0x80;
      if (shift < 32) this.low |= bits << shift;
      if (shift > 25) this.high |= shift < 32 ? bits >>> (32 - shift) : bits << (shift - 32);
    }
    this.at = at;
    return this.high * HALF + (this.low >>> 0);
  }
}
