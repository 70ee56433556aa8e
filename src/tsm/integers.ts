// The values of a block of integers, all of 64 bits.
//
// Format: a byte whose high half is the kind, then the zigzag form of the deltas,
// the first one against 0, where a small number of either sign is a small one:
//   kind 1: the first as 64 bits, simple8b of the others;
//   kind 2, more than two values whose later deltas are equal: the first as 64
//     bits, uvarint of one delta, uvarint of how many of them there are;
//   kind 0, when one is 2^60 or more: each as 64 bits.
// Deltas wrap round at 64 bits.

import { putSimple8b, readSimple8b } from './simple8b.ts';
import { putUint64, putUvarint, putUvarint64, readInt32, UvarintReader } from './wide.ts';

const RAW = 0;
const SIMPLE8B = 1 << 4;
const EQUAL_DELTAS = 2 << 4;

/** Most bytes that the values of a block take. */
export const integersRoom = (count: number): number => 32 + 8 * count;

/** Zigzag deltas, two halves each. */
let zigzags = new Int32Array(2048);
const uvarint = new UvarintReader();

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

/**
 * Read the `count` values in `bytes[at, end)`.
 *
 * @param to the place of the first value in `values`, which has room for them
 */
export function readIntegers(bytes: Uint8Array, at: number, end: number, count: number, values: Int32Array, to: number): void {
  if (2 * count > zigzags.length) zigzags = new Int32Array(4 * count);
  const kind = bytes[at]! & 0xf0;
  const wide = kind === RAW ? count : 1;
  for (let i = 0; i < wide; i++) {
    zigzags[2 * i] = readInt32(bytes, at + 5 + 8 * i);
    zigzags[2 * i + 1] = readInt32(bytes, at + 1 + 8 * i);
  }
  if (kind === SIMPLE8B) readSimple8b(bytes, at + 9, end, zigzags, 1);
  if (kind === EQUAL_DELTAS) {
    uvarint.read(bytes, at + 9);
    for (let i = 1; i < count; i++) {
      zigzags[2 * i] = uvarint.low;
      zigzags[2 * i + 1] = uvarint.high;
    }
  }
  let low = 0;
  let high = 0;
  for (let i = 0; i < count; i++) {
    const zigzagLow = zigzags[2 * i]!;
    const zigzagHigh = zigzags[2 * i + 1]!;
    const sign = -(zigzagLow & 1);
    const lowBefore = low;
    low = (low + (((zigzagLow >>> 1) | (zigzagHigh << 31)) ^ sign)) | 0;
    high = (high + ((zigzagHigh >>> 1) ^ sign) + (low >>> 0 < lowBefore >>> 0 ? 1 : 0)) | 0;
    values[2 * (to + i)] = low;
    values[2 * (to + i) + 1] = high;
  }
}
