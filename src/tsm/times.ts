// The times of a block.
//
// Format: a byte, of which the high half is the kind and the low half the
// decimal logarithm of a power of ten, at most 12, that divides every delta in
// nanoseconds. Then the first time as 64 bits, and
//   kind 1: simple8b of the other times' deltas, divided;
//   kind 2, of equal deltas: uvarint of one delta, divided, and uvarint of how many times there are.
// Kind 0, for deltas of 2^60 and more, does not arise here: times are whole
// milliseconds, so a divided delta is below 2^45.

import { putSimple8b, readSimple8b } from './simple8b.ts';
import { HALF, putUint64, putUvarint, readInt32, UvarintReader } from './wide.ts';

const SIMPLE8B = 1 << 4;
const EQUAL_DELTAS = 2 << 4;
/** Nanoseconds in a millisecond. */
const NS = 1_000_000;
/** The largest power of ten that is looked for, in ms: 10^12 ns are 10^6 ms. */
const LARGEST_DIVISOR = 1_000_000;

/** Most bytes that the times of a block take. */
export const timesRoom = (count: number): number => 32 + 8 * count;

/** Deltas, divided, two halves each; the first is not used. */
let deltas = new Int32Array(2048);
const uvarint = new UvarintReader();

/**
 * Write times `[from, to)` of `timesMs`, strictly rising, at least one.
 *
 * Hot: over every row, mostly once for several fields. No allocation. 17 ns a
 * time, 24 where deltas are divided as doubles, however small they are.
 *
 * @param timesMs whole milliseconds since 1970
 * @returns the offset just past them
 */
export function putTimes(timesMs: Float64Array, from: number, to: number, target: Uint8Array, at: number): number {
  const count = to - from;
  if (2 * count > deltas.length) deltas = new Int32Array(4 * count);
  const first = timesMs[from]!;
  const delta = count > 1 ? timesMs[from + 1]! - first : 0;
  let divisor = LARGEST_DIVISOR;
  let areEqual = true;
  for (let i = from + 1, before = first; i < to; i++) {
    const time = timesMs[i]!;
    const next = time - before;
    before = time;
    if (next !== delta) areEqual = false;
    const small = next | 0;
    if (small === next) while (divisor > 1 && small % divisor !== 0) divisor = (divisor / 10) | 0;
    else while (divisor > 1 && next % divisor !== 0) divisor = (divisor / 10) | 0;
  }
  const exponent = Math.round(Math.log10(divisor * NS));
  if (areEqual && count > 1) {
    target[at] = EQUAL_DELTAS | exponent;
    return putUvarint(count, target, putUvarint(delta / divisor, target, putTime(first, target, at + 1)));
  }
  target[at] = SIMPLE8B | exponent;
  for (let i = 1; i < count; i++) {
    const divided = (timesMs[from + i]! - timesMs[from + i - 1]!) / divisor;
    deltas[2 * i] = divided | 0;
    deltas[2 * i + 1] = divided < HALF ? 0 : Math.floor(divided / HALF);
  }
  return putSimple8b(deltas, 1, count, target, putTime(first, target, at + 1));
}

/** Write a time in nanoseconds, as 64 bits. @returns the offset just past it */
export function putTime(timeMs: number, target: Uint8Array, at: number): number {
  // Two factors whose products stay below 2^53: ms = a * 2^16 + b.
  const upper = Math.floor(timeMs / 65_536);
  const lower = (timeMs - upper * 65_536) * NS;
  const middle = upper * NS + Math.floor(lower / 65_536);
  const high = Math.floor(middle / 65_536);
  return putUint64(high, ((middle - high * 65_536) << 16) | (lower % 65_536), target, at);
}

/**
 * Read the times in `bytes[at, end)`, as `putTimes` writes them.
 *
 * @param timesMs has room for those of a block
 * @returns how many there are
 */
export function readTimes(bytes: Uint8Array, at: number, end: number, timesMs: Float64Array): number {
  const divisor = 10 ** ((bytes[at]! & 15) - 6);
  timesMs[0] = readTimeMs(bytes, at + 1);
  if (bytes[at]! >> 4 === EQUAL_DELTAS >> 4) {
    const delta = uvarint.read(bytes, at + 9) * divisor;
    const count = uvarint.read(bytes, uvarint.at);
    for (let i = 1; i < Math.min(count, timesMs.length); i++) timesMs[i] = timesMs[i - 1]! + delta;
    return count;
  }
  const count = readSimple8b(bytes, at + 9, end, deltas, 1);
  for (let i = 1; i < count; i++) timesMs[i] = timesMs[i - 1]! + (deltas[2 * i + 1]! * HALF + (deltas[2 * i]! >>> 0)) * divisor;
  return count;
}

/** A time in ns as ms. Half a microsecond may be lost before it is rounded: it is a whole number of ms. */
export function readTimeMs(bytes: Uint8Array, at: number): number {
  return Math.round((readInt32(bytes, at) * HALF + (readInt32(bytes, at + 4) >>> 0)) / NS);
}
