// The values of a block of booleans.
//
// Format: the byte 0x10, uvarint of how many there are, then one bit each, the
// first in the top bit of the first byte, zeros to the end of the last.

import { putUvarint } from './wide.ts';

const BITS = 0x10;

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
