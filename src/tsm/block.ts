// Blocks: the times and values of one field of one series, or a part of them.
//
// Format, big endian: the CRC-32 (IEEE) of the data as 32 bits, then the data: a
// byte for the type, uvarint of the length of the times, the times, the values.

import { crc32 } from 'node:zlib';
import type { Column, ColumnType } from './column.ts';
import { BLOCK_VALUES, CHECKSUM_BYTES } from './file.ts';
import { readTimes } from './times.ts';
import { putUint32, putUvarint, readInt32, UvarintReader } from './wide.ts';

const MAX_HEADER_BYTES = CHECKSUM_BYTES + 1 + 5;
/** Their kind and the first of them. */
const MIN_TIMES_BYTES = 9;

/** The times of a block, as it has them. */
export interface EncodedTimes {
  readonly bytes: Uint8Array;
  readonly length: number;
}

const uvarint = new UvarintReader();

/** Blocks, one after the other, in memory that grows. */
export class BlockOutput {
  /** `bytes[0, length)` is what was written. */
  bytes = new Uint8Array(1 << 16);
  length = 0;

  /**
   * Append the block of values `[from, to)` of `column`, whose times are `times`.
   *
   * Hot: once a block.
   *
   * @returns its size, with its checksum
   */
  addBlock(column: Column, from: number, to: number, times: EncodedTimes): number {
    this.reserve(MAX_HEADER_BYTES + times.length + column.room(from, to));
    const { bytes, length: start } = this;
    let at = start + CHECKSUM_BYTES;
    bytes[at++] = column.type;
    at = putUvarint(times.length, bytes, at);
    bytes.set(times.bytes.length === times.length ? times.bytes : times.bytes.subarray(0, times.length), at);
    at = column.put(from, to, bytes, at + times.length);
    const checksum = crc32(bytes.subarray(start + CHECKSUM_BYTES, at));
    putUint32(checksum, bytes, start);
    this.length = at;
    return at - start;
  }

  append(more: Uint8Array): void {
    this.reserve(more.length);
    this.bytes.set(more, this.length);
    this.length += more.length;
  }

  /** Make room for `more` bytes, rounded up. */
  reserve(more: number): void {
    const needed = this.length + Math.ceil(more);
    if (needed <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.bytes.length, needed));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}

/** Whether a block is as it was written. */
export function isIntact(block: Uint8Array): boolean {
  return block.length > MAX_HEADER_BYTES && crc32(block.subarray(CHECKSUM_BYTES)) === readInt32(block, 0) >>> 0;
}

/**
 * The times of an intact block, as it has them.
 *
 * @returns undefined when it is not of `type` or has no times that a block can have
 */
export function timesIn(block: Uint8Array, type: ColumnType): Uint8Array | undefined {
  if (block[CHECKSUM_BYTES] !== type) return undefined;
  const length = uvarint.read(block, CHECKSUM_BYTES + 1);
  const end = uvarint.at + length;
  return length < MIN_TIMES_BYTES || end >= block.length ? undefined : block.subarray(uvarint.at, end);
}

/**
 * Read the times of an intact block alone.
 *
 * @param timesMs has room for BLOCK_VALUES
 * @returns how many there are, or undefined as `timesIn`, or when there are more than a block has
 */
export function readBlockTimes(block: Uint8Array, type: ColumnType, timesMs: Float64Array): number | undefined {
  const times = timesIn(block, type);
  if (times === undefined) return undefined;
  const count = readTimes(times, 0, times.length, timesMs);
  return count <= BLOCK_VALUES ? count : undefined;
}

/**
 * Read an intact block: its times to `timesMs`, its values to the end of `column`.
 *
 * @param timesMs has room for BLOCK_VALUES
 * @returns how many there are
 */
export function readBlock(block: Uint8Array, timesMs: Float64Array, column: Column): number {
  const length = uvarint.read(block, CHECKSUM_BYTES + 1);
  const start = uvarint.at;
  const count = readTimes(block, start, start + length, timesMs);
  column.read(block, start + length, block.length, count);
  return count;
}
