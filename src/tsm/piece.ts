// A piece: the blocks that one chunk of an export has for one shard, in memory.
//
// Format: a TSM file and behind it, 32 bits big endian, the CRC-32 of its index
// and footer, as a TSM file itself has checksums of nothing but its blocks.

import { crc32 } from 'node:zlib';
import { BlockOutput, type EncodedTimes } from './block.ts';
import type { Column } from './column.ts';
import { CHECKSUM_BYTES, FOOTER_BYTES, HEADER, indexEntryBytes, type KeyBlocks, MOST_BLOCKS, putFooter, putIndexEntry } from './file.ts';
import { putUint32 } from './wide.ts';

export class Piece {
  readonly #output = new BlockOutput();
  readonly #keys = new Map<string, KeyBlocks>();

  constructor() {
    this.#output.append(HEADER);
  }

  /**
   * Append a block. Those of a key come in the order of time.
   *
   * Hot: once a block.
   *
   * @param key as `tsmKey` makes it
   */
  addBlock(key: string, column: Column, from: number, to: number, times: EncodedTimes, firstMs: number, lastMs: number): void {
    const offset = this.#output.length;
    const size = this.#output.addBlock(column, from, to, times);
    let entry = this.#keys.get(key);
    if (entry === undefined) {
      entry = { key: Buffer.from(key), type: column.type, blocks: [] };
      this.#keys.set(key, entry);
    }
    entry.blocks.push({ firstMs, lastMs, offset, size });
  }

  /** All of it. It is of no use after. */
  finish(): Uint8Array<ArrayBuffer> {
    const output = this.#output;
    const indexOffset = output.length;
    for (const entry of [...this.#keys.values()].sort((a, b) => Buffer.compare(a.key, b.key))) {
      if (entry.blocks.length > MOST_BLOCKS) throw new Error(`${entry.blocks.length} blocks of one key in one chunk`);
      output.reserve(indexEntryBytes(entry));
      output.length = putIndexEntry(entry, output.bytes, output.length);
    }
    output.reserve(FOOTER_BYTES + CHECKSUM_BYTES);
    const end = putFooter(indexOffset, output.bytes, output.length);
    const checksum = crc32(output.bytes.subarray(indexOffset, end));
    return output.bytes.slice(0, putUint32(checksum, output.bytes, end));
  }
}
