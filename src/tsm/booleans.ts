// The values of a block of booleans.
//
// Format: the byte 0x10, uvarint of how many there are, then one bit each, the
// first in the top bit of the first byte, zeros to the end of the last.

import { putUvarint, UvarintReader } from './wide.ts';

const BITS = 0x10;
const uvarint = new UvarintReader();

/** Most bytes that the values of a block take. */
export const booleansRoom = (count: number): number => 16 + count / 8;

/**
 * Write values `[from, to)` of `values`, each 0 or 1.
 *
 * Hot: once a boolean. No allocation.
 *
 * @returns the offset just past them
 */
export function putBooleans(values: Uint8Array, from: number, to: number, target: Uint8Array, at: number): number {
  target[at] = BITS;
  let end = putUvarint(to - from, target, at + 1);
  let bits = 0;
  let next = from;
  for (; next + 8 <= to; next += 8) {
    for (let i = next; i < next + 8; i++) bits = (bits << 1) | values[i]!;
    target[end++] = bits;
  }
  if (next === to) return end;
  bits = 0;
  for (let i = next; i < to; i++) bits = (bits << 1) | values[i]!;
  target[end++] = bits << (8 - (to - next));
  return end;
}

/**
 * Read `count` values from `bytes[at...]`.
 *
 * @param to the place of the first value in `values`, which has room for them
 */
export function readBooleans(bytes: Uint8Array, at: number, count: number, values: Uint8Array, to: number): void {
  uvarint.read(bytes, at + 1);
  for (let i = 0; i < count; i++) values[to + i] = (bytes[uvarint.at + (i >> 3)]! >> (7 - (i & 7))) & 1;
}
