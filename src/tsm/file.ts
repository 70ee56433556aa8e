// A TSM file: blocks, and an index that says where they are.
//
// Format, all big endian: 16 D1 16 D1 and the version 1, then blocks in any
// order, then the index, then as 64 bits where the index begins. A block is the
// CRC-32 of its data and the data. The index has for each key, sorted bytewise:
// 16 bits of the key's length, the key, a byte for the type, 16 bits of how many
// blocks there are, and for each block, in the order of time, 64 bits of its
// first time and of its last, in ns, 64 bits of its offset and 32 bits of its
// size, both with the checksum.
//
// A key is a series key, `#!~#` and a field. Invariant: the blocks of a key do
// not overlap in time.

import type { ColumnType } from './column.ts';
import { putTime, readTimeMs } from './times.ts';
import { HALF, putUint32, putUint64, readInt32 } from './wide.ts';

export const HEADER = Uint8Array.of(0x16, 0xd1, 0x16, 0xd1, 1);
export const FOOTER_BYTES = 8;
export const CHECKSUM_BYTES = 4;
/** A block has at most so many values. */
export const BLOCK_VALUES = 1000;
/** A key has at most so many blocks. */
export const MOST_BLOCKS = 65_535;
export const ENTRY_BYTES = 28;
/** What parts series and field. A server takes the first one that it finds. */
export const KEY_FIELD_SEPARATOR = '#!~#';

/** Where a block lies, and when. */
export interface BlockPlace {
  readonly firstMs: number;
  readonly lastMs: number;
  /** Of its checksum, in the file. */
  readonly offset: number;
  readonly size: number;
}

/** What the index says of one key. */
export interface KeyBlocks {
  readonly key: Uint8Array;
  readonly type: ColumnType;
  /** In the order of time. */
  readonly blocks: BlockPlace[];
}

/**
 * The key of a field of a series.
 *
 * @param series as the head of a line has it, escaped
 * @param field its name, without escapes
 */
export function tsmKey(series: string, field: string): string {
  return `${series}${KEY_FIELD_SEPARATOR}${field}`;
}

/** How long a key's part of the index is. */
export function indexEntryBytes(keyBytes: number, blocks: number): number {
  return 5 + keyBytes + ENTRY_BYTES * blocks;
}

/** Write a key's part of the index. @returns the offset just past it */
export function putIndexEntry({ key, type, blocks }: KeyBlocks, target: Uint8Array, at: number): number {
  let to = putIndexKey(key, type, target, at);
  putBlockCount(blocks.length, target, to);
  for (const { firstMs, lastMs, offset, size } of blocks) to = putIndexBlock(firstMs, lastMs, offset, size, target, to);
  return to;
}

/** Write the beginning of a key's part, of no block yet. @returns the offset just past it, where the blocks come */
export function putIndexKey(key: Uint8Array, type: ColumnType, target: Uint8Array, at: number): number {
  const to = putUint16(key.length, target, at);
  target.set(key, to);
  target[to + key.length] = type;
  return putUint16(0, target, to + key.length + 1);
}

/** Write how many blocks a key has. @param blocksAt where they come */
export function putBlockCount(count: number, target: Uint8Array, blocksAt: number): void {
  putUint16(count, target, blocksAt - 2);
}

/** Write where one block lies. @returns the offset just past it */
export function putIndexBlock(firstMs: number, lastMs: number, offset: number, size: number, target: Uint8Array, at: number): number {
  let to = putTime(lastMs, target, putTime(firstMs, target, at));
  to = putUint64(Math.floor(offset / HALF), offset | 0, target, to);
  return putUint32(size, target, to);
}

/** Write where the index begins, the end of a file. @returns the offset just past it */
export function putFooter(indexOffset: number, target: Uint8Array, at: number): number {
  return putUint64(Math.floor(indexOffset / HALF), indexOffset | 0, target, at);
}

/** @param bytes a file's last FOOTER_BYTES */
export function readFooter(bytes: Uint8Array): number {
  return readUint64(bytes, 0);
}

/** The key whose part of an index begins at `at`. */
export function keyAt(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.subarray(at + 2, at + 2 + readUint16(bytes, at));
}

/**
 * Read a key's part of an index.
 *
 * @param bytes of an index, from the start of some key on
 * @returns undefined when the bytes end before it does
 */
export function readIndexEntry(bytes: Uint8Array, at: number): { entry: KeyBlocks; end: number } | undefined {
  if (at + 2 > bytes.length) return undefined;
  const keyEnd = at + 2 + readUint16(bytes, at);
  if (keyEnd + 3 > bytes.length) return undefined;
  const count = readUint16(bytes, keyEnd + 1);
  const end = keyEnd + 3 + ENTRY_BYTES * count;
  if (end > bytes.length) return undefined;
  const blocks: BlockPlace[] = [];
  for (let from = keyEnd + 3; from < end; from += ENTRY_BYTES) {
    blocks.push({
      firstMs: readTimeMs(bytes, from),
      lastMs: readTimeMs(bytes, from + 8),
      offset: readUint64(bytes, from + 16),
      size: readUint16(bytes, from + 24) * 65_536 + readUint16(bytes, from + 26),
    });
  }
  return { entry: { key: bytes.slice(at + 2, keyEnd), type: bytes[keyEnd] as ColumnType, blocks }, end };
}

function putUint16(value: number, target: Uint8Array, at: number): number {
  target[at] = value >>> 8;
  target[at + 1] = value;
  return at + 2;
}

function readUint16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

/** 64 bits below 2^53. */
function readUint64(bytes: Uint8Array, at: number): number {
  return readInt32(bytes, at) * HALF + (readInt32(bytes, at + 4) >>> 0);
}
