// A piece: the blocks that one chunk of an export has for one shard, in memory.
//
// Format: a TSM file and behind it, 32 bits big endian, the CRC-32 of its index
// and footer, as a TSM file itself has checksums of nothing but its blocks.

import { crc32 } from 'node:zlib';
import { BlockOutput, type EncodedTimes } from './block.ts';
import type { Column, ColumnType } from './column.ts';
import { CHECKSUM_BYTES, FOOTER_BYTES, HEADER, indexEntryBytes, type KeyBlocks, MOST_BLOCKS, putFooter, putIndexEntry } from './file.ts';
import { putUint32 } from './wide.ts';

export class Piece {
  readonly #output = new BlockOutput();
  readonly #keys: KeyBlocks[] = [];

  constructor() {
    this.#output.append(HEADER);
  }

  /**
   * Begin a key, each once, best in the order of the index: the blocks of a piece are then read from front to back.
   *
   * @param key as `tsmKey` makes it
   */
  beginKey(key: string, type: ColumnType): void {
    this.#keys.push({ key: Buffer.from(key), type, blocks: [] });
  }

  /**
   * Append a block of the key that was begun last, of a later time than the one before.
   *
   * Hot: once a block.
   */
  addBlock(column: Column, from: number, to: number, times: EncodedTimes, firstMs: number, lastMs: number): void {
    const offset = this.#output.length;
    const size = this.#output.addBlock(column, from, to, times);
    this.#keys.at(-1)!.blocks.push({ firstMs, lastMs, offset, size });
  }

  /** All of it. It is of no use after. */
  finish(): Uint8Array<ArrayBuffer> {
    const output = this.#output;
    const indexOffset = output.length;
    for (const entry of this.#keys.sort((a, b) => Buffer.compare(a.key, b.key))) {
      if (entry.blocks.length > MOST_BLOCKS) throw new Error(`${entry.blocks.length} blocks of one key in one chunk`);
      output.reserve(indexEntryBytes(entry.key.length, entry.blocks.length));
      output.length = putIndexEntry(entry, output.bytes, output.length);
    }
    output.reserve(FOOTER_BYTES + CHECKSUM_BYTES);
    const end = putFooter(indexOffset, output.bytes, output.length);
    const checksum = crc32(output.bytes.subarray(indexOffset, end));
    return output.bytes.subarray(0, putUint32(checksum, output.bytes, end));
  }
}
