// A piece: the blocks that one chunk of an export has for one shard, in memory.
//
// Format: a TSM file and behind it, 32 bits big endian, the CRC-32 of its index
// and footer, as a TSM file itself has checksums of nothing but its blocks.

import { crc32 } from 'node:zlib';
import { BlockOutput, type EncodedTimes } from './block.ts';
import type { Column, ColumnType } from './column.ts';
import {
  CHECKSUM_BYTES,
  ENTRY_BYTES,
  FOOTER_BYTES,
  HEADER,
  indexEntryBytes,
  keyAt,
  MOST_BLOCKS,
  putBlockCount,
  putFooter,
  putIndexBlock,
  putIndexKey,
} from './file.ts';
import { putUint32 } from './wide.ts';

export class Piece {
  readonly #output = new BlockOutput();
  /** The keys' parts of the index, in the order in which they were begun: there may be very many for a few blocks. */
  readonly #index = new BlockOutput();
  /** Where each begins, and where its blocks do. */
  readonly #starts: number[] = [];
  #blocksAt = 0;
  #blockCount = 0;
  #keyBefore: Uint8Array = new Uint8Array(0);
  #isOrdered = true;

  constructor() {
    this.#output.append(HEADER);
  }

  /**
   * Begin a key, each once, best in the order of the index: the blocks of a piece are then read from front to back.
   *
   * @param name as `tsmKey` makes it
   */
  beginKey(name: string, type: ColumnType): void {
    const key = Buffer.from(name);
    if (Buffer.compare(this.#keyBefore, key) >= 0) this.#isOrdered = false;
    this.#keyBefore = key;
    const index = this.#index;
    index.reserve(indexEntryBytes(key.length, 0));
    this.#starts.push(index.length);
    index.length = putIndexKey(key, type, index.bytes, index.length);
    this.#blocksAt = index.length;
    this.#blockCount = 0;
  }

  /**
   * Append a block of the key that was begun last, of a later time than the one before.
   *
   * Hot: once a block.
   */
  addBlock(column: Column, from: number, to: number, times: EncodedTimes, firstMs: number, lastMs: number): void {
    if (++this.#blockCount > MOST_BLOCKS) throw new Error(`More than ${MOST_BLOCKS} blocks of one key in one chunk`);
    const offset = this.#output.length;
    const size = this.#output.addBlock(column, from, to, times);
    const index = this.#index;
    index.reserve(ENTRY_BYTES);
    index.length = putIndexBlock(firstMs, lastMs, offset, size, index.bytes, index.length);
    putBlockCount(this.#blockCount, index.bytes, this.#blocksAt);
  }

  /** All of it. It is of no use after. */
  finish(): Uint8Array<ArrayBuffer> {
    const output = this.#output;
    const indexOffset = output.length;
    output.reserve(this.#index.length + FOOTER_BYTES + CHECKSUM_BYTES);
    for (const part of this.#parts()) output.append(part);
    const end = putFooter(indexOffset, output.bytes, output.length);
    const checksum = crc32(output.bytes.subarray(indexOffset, end));
    return output.bytes.subarray(0, putUint32(checksum, output.bytes, end));
  }

  /** The index, in the order of its keys. */
  #parts(): readonly Uint8Array[] {
    const starts = this.#starts;
    const index = this.#index.bytes.subarray(0, this.#index.length);
    if (this.#isOrdered) return [index];
    const parts = starts.map((start, i) => index.subarray(start, starts[i + 1]));
    return parts.sort((a, b) => Buffer.compare(keyAt(a, 0), keyAt(b, 0)));
  }
}
