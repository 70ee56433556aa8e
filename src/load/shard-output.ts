// The TSM files of one shard, written from front to back under other names until
// they are finished.
//
// Mostly there is one. Where it would become larger than a server takes, or a
// key would have more blocks than an index can tell of, another is begun: each
// is whole by itself, and no two have points of one series, field and time.

import { renameSync, rmSync } from 'node:fs';
import { BlockOutput } from '../tsm/block.ts';
import type { ColumnType } from '../tsm/column.ts';
import { FOOTER_BYTES, HEADER, indexEntryBytes, type KeyBlocks, MOST_BLOCKS, putFooter, putIndexEntry } from '../tsm/file.ts';
import { AppendFile } from './append-file.ts';
import { numbered, unfinished, unfinishedIndex } from './shard-paths.ts';

/** A file that is written and has its own name not yet. */
export interface UnfinishedFile {
  readonly path: string;
  readonly bytes: number;
  readonly keys: number;
  readonly blocks: number;
}

interface OpenFile {
  readonly path: string;
  readonly blocks: AppendFile;
  /** It is as long as the keys of all series are, which may be too much for memory. */
  readonly index: AppendFile;
  keyCount: number;
  blockCount: number;
}

export class ShardOutput {
  readonly #path: string;
  readonly #mostBytes: number;
  readonly #written: UnfinishedFile[] = [];
  readonly #encoded = new BlockOutput();
  #open: OpenFile;
  /** That is being written, or was last. */
  #key: KeyBlocks = { key: new Uint8Array(0), type: 0, blocks: [] };

  /**
   * @param path of the first file
   * @param mostBytes no file becomes longer, a single block apart
   */
  constructor(path: string, mostBytes: number) {
    this.#path = path;
    this.#mostBytes = mostBytes;
    this.#open = openFile(path);
  }

  /** @param about what its blocks are going to be: their bytes and how many */
  beginKey(key: Uint8Array, type: ColumnType, about: { bytes: number; blocks: number }): void {
    this.#key = { key, type, blocks: [] };
    const more = about.bytes + indexEntryBytes(key.length, about.blocks);
    if (this.#open.keyCount > 0 && this.#bytes + more > this.#mostBytes) this.#next();
  }

  /** Append a block of the key, of a later time than the one before. */
  addBlock(block: Uint8Array, firstMs: number, lastMs: number): void {
    const key = this.#key;
    const size = block.length;
    const bytes = this.#bytes + indexEntryBytes(key.key.length, key.blocks.length + 1) + size;
    if (key.blocks.length === MOST_BLOCKS || (bytes > this.#mostBytes && this.#open.blocks.length > HEADER.length)) {
      this.endKey();
      this.#next();
      this.#key = { ...key, blocks: [] };
    }
    this.#key.blocks.push({ firstMs, lastMs, size, offset: this.#open.blocks.length });
    this.#open.blocks.append(block);
  }

  endKey(): void {
    const key = this.#key;
    if (key.blocks.length === 0) return;
    this.#encoded.length = 0;
    this.#encoded.reserve(indexEntryBytes(key.key.length, key.blocks.length));
    this.#open.index.append(this.#encoded.bytes.subarray(0, putIndexEntry(key, this.#encoded.bytes, 0)));
    this.#open.keyCount++;
    this.#open.blockCount += key.blocks.length;
  }

  /** All keys were written. @returns the files, which `finish` gives their names */
  close(): readonly UnfinishedFile[] {
    const { path, blocks, index, keyCount, blockCount } = this.#open;
    const indexOffset = blocks.length;
    blocks.appendFile(index);
    const footer = new Uint8Array(FOOTER_BYTES);
    putFooter(indexOffset, footer, 0);
    blocks.append(footer);
    blocks.sync();
    closeFile(this.#open);
    rmSync(unfinishedIndex(path));
    this.#written.push({ path: unfinished(path), bytes: blocks.length, keys: keyCount, blocks: blockCount });
    return this.#written;
  }

  /** Give the files their names. @returns their paths, in the order in which they were written */
  finish(): string[] {
    return this.#written.map((file, i) => {
      const path = numbered(this.#path, i + 1);
      renameSync(file.path, path);
      return path;
    });
  }

  /** Leave nothing. */
  abandon(): void {
    closeFile(this.#open);
    for (const path of [...this.#written.map((file) => file.path), unfinished(this.#open.path), unfinishedIndex(this.#open.path)]) {
      rmSync(path, { force: true });
    }
  }

  /** How long the file would be if it ended now. */
  get #bytes(): number {
    return this.#open.blocks.length + this.#open.index.length + FOOTER_BYTES;
  }

  #next(): void {
    this.close();
    this.#open = openFile(numbered(this.#path, this.#written.length + 1));
  }
}

function openFile(path: string): OpenFile {
  const blocks = new AppendFile(unfinished(path));
  blocks.append(HEADER);
  try {
    return { path, blocks, index: new AppendFile(unfinishedIndex(path)), keyCount: 0, blockCount: 0 };
  } catch (error) {
    blocks.close();
    rmSync(unfinished(path));
    throw error;
  }
}

function closeFile({ blocks, index }: OpenFile): void {
  blocks.close();
  index.close();
}
