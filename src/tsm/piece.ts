// A TSM file in memory: the blocks that one chunk of an export has for one shard.

import { BlockOutput, type EncodedTimes } from './block.ts';
import type { Column } from './column.ts';
import { FOOTER_BYTES, HEADER, indexEntryBytes, type KeyBlocks, MOST_BLOCKS, putFooter, putIndexEntry } from './file.ts';

export class MemoryFile {
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

  /** The whole file. It is of no use after. */
  finish(): Uint8Array<ArrayBuffer> {
    const output = this.#output;
    const indexOffset = output.length;
    for (const entry of [...this.#keys.values()].sort((a, b) => Buffer.compare(a.key, b.key))) {
      if (entry.blocks.length > MOST_BLOCKS) throw new Error(`${entry.blocks.length} blocks of one key in one chunk`);
      output.reserve(indexEntryBytes(entry));
      output.length = putIndexEntry(entry, output.bytes, output.length);
    }
    output.reserve(FOOTER_BYTES);
    const length = putFooter(indexOffset, output.bytes, output.length);
    return output.bytes.slice(0, length);
  }
}
