// The values of a block of integers, all of 64 bits.
//
// Format: a byte whose high half is the kind, then the zigzag form of the deltas,
// the first one against 0, where a small number of either sign is a small one:
//   kind 1: the first as 64 bits, simple8b of the others;
//   kind 2, more than two values whose later deltas are equal: the first as 64
//     bits, uvarint of one delta, uvarint of how many of them there are;
//   kind 0, when one is 2^60 or more: each as 64 bits.
// Deltas wrap round at 64 bits.

import { putSimple8b } from './simple8b.ts';
import { putUint64, putUvarint, putUvarint64 } from './wide.ts';

const RAW = 0;
const SIMPLE8B = 1 << 4;
const EQUAL_DELTAS = 2 << 4;

/** Most bytes that the values of a block take. */
export const integersRoom = (count: number): number => 32 + 8 * count;

/** Zigzag deltas, two halves each. */
let zigzags = new Int32Array(2048);

/**
 * Write values `[from, to)` of `values`, at least one.
 *
 * Hot: once an integer. No allocation, so no BigInt: values are halves.
 *
 * @param values two entries each, low half first
 * @returns the offset just past them
 */
export function putIntegers(values: Int32Array, from: number, to: number, target: Uint8Array, at: number): number {
  const count = to - from;
  if (2 * count > zigzags.length) zigzags = new Int32Array(4 * count);
  let lowBefore = 0;
  let highBefore = 0;
  let differ = 0;
  let highest = 0;
  for (let i = 0; i < count; i++) {
    const low = values[2 * (from + i)]!;
    const high = values[2 * (from + i) + 1]!;
    const lowDelta = (low - lowBefore) | 0;
    const highDelta = (high - highBefore - (low >>> 0 < lowBefore >>> 0 ? 1 : 0)) | 0;
    lowBefore = low;
    highBefore = high;
    const sign = highDelta >> 31;
    const zigzagLow = (lowDelta << 1) ^ sign;
    const zigzagHigh = ((highDelta << 1) | (lowDelta >>> 31)) ^ sign;
    zigzags[2 * i] = zigzagLow;
    zigzags[2 * i + 1] = zigzagHigh;
    if (i === 0) continue;
    highest |= zigzagHigh;
    differ |= (zigzagLow ^ zigzags[2]!) | (zigzagHigh ^ zigzags[3]!);
  }
  if (differ === 0 && count > 2) {
    target[at] = EQUAL_DELTAS;
    const end = putUint64(zigzags[1]!, zigzags[0]!, target, at + 1);
    return putUvarint(count - 1, target, putUvarint64(zigzags[3]!, zigzags[2]!, target, end));
  }
  if (highest >>> 28 !== 0) {
    target[at] = RAW;
    let end = at + 1;
    for (let i = 0; i < 2 * count; i += 2) end = putUint64(zigzags[i + 1]!, zigzags[i]!, target, end);
    return end;
  }
  target[at] = SIMPLE8B;
  return putSimple8b(zigzags, 1, count, target, putUint64(zigzags[1]!, zigzags[0]!, target, at + 1));
}
