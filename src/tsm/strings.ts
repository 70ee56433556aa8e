// The values of a block of strings.
//
// Format: the byte 0x10, then one block of snappy's format (without its framing)
// of all strings, one after the other, each with uvarint of its length in bytes
// before it.

import { compress, uncompress } from 'snappyjs';

const SNAPPY = 0x10;

/** Most bytes that strings of `length` bytes, lengths among them, take: snappy's worst case. */
export const stringsRoom = (length: number): number => 64 + length + Math.ceil(length / 6);

/**
 * Write strings that are joined already, each with its length before it.
 *
 * snappyjs is plain JavaScript: 9 microseconds for a thousand short words,
 * where the native `snappy` took 2 and brings a binary for each platform.
 *
 * @returns the offset just past them
 */
export function putStrings(joined: Uint8Array, target: Uint8Array, at: number): number {
  target[at] = SNAPPY;
  // It takes a Buffer for something else and would answer with one.
  const compressed = compress(new Uint8Array(joined.buffer, joined.byteOffset, joined.length));
  target.set(compressed, at + 1);
  return at + 1 + compressed.length;
}

/** The strings in `bytes[at, end)`, joined, each with its length before it. */
export function readStrings(bytes: Uint8Array, at: number, end: number): Uint8Array {
  return uncompress(new Uint8Array(bytes.buffer, bytes.byteOffset + at + 1, end - at - 1));
}
