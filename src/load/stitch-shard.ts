// Make one TSM file of a shard out of those that its chunks have left.
//
// Input: pieces, in any order. Output: a file that is whole or not there. Keys
// go by in the order of the indexes, so that memory is bounded by one key's
// blocks. Mostly blocks are copied as they are. Those that overlap, because rows
// were not in order, and neighbours that may be short, because a chunk ended,
// are made anew. Invariant: no block is copied or read whose checksum is wrong.

import { renameSync, rmSync } from 'node:fs';
import { SkeinError } from '../errors.ts';
import { firstIndex } from '../search.ts';
import { BlockOutput, isIntact } from '../tsm/block.ts';
import { groupsOf, type StitchedBlock } from '../tsm/block-groups.ts';
import { BlockMerger } from '../tsm/block-merger.ts';
import { FOOTER_BYTES, HEADER, indexEntryBytes, type KeyBlocks, MOST_BLOCKS, putFooter, putIndexEntry } from '../tsm/file.ts';
import { writeFailure } from '../write-failure.ts';
import { AppendFile } from './append-file.ts';
import { ShardPiece, type ShardPlace } from './shard-piece.ts';

/** Blocks of one piece that lie one after the other are read at once, up to so much. */
const COPY_BYTES = 1 << 20;

export interface StitchTask {
  /** Of the file that is made. */
  readonly path: string;
  readonly pieces: readonly ShardPlace[];
}

/** What was made of a shard. Crosses from the worker. */
export interface StitchedFile {
  readonly bytes: number;
  /** A key is one field of one series. */
  readonly keys: number;
  readonly blocks: number;
}

/** A block of some key in some piece. */
interface PieceBlock extends StitchedBlock {
  readonly piece: ShardPiece;
}

/** @throws SkeinError `destination` when a piece is damaged or the disk is full */
export function stitchShard({ path, pieces }: StitchTask): StitchedFile {
  const [unfinished, unfinishedIndex] = [`${path}.tmp`, `${path}.index.tmp`];
  const files: AppendFile[] = [];
  try {
    const open = (name: string): AppendFile => {
      const file = new AppendFile(name);
      files.push(file);
      return file;
    };
    const stitcher = new Stitcher(open(unfinished), open(unfinishedIndex));
    const made = stitcher.stitch(pieces.map((place) => new ShardPiece(place)));
    for (const file of files.splice(0)) file.close();
    renameSync(unfinished, path);
    rmSync(unfinishedIndex);
    return made;
  } catch (error) {
    for (const file of files) file.close();
    for (const name of [unfinished, unfinishedIndex]) rmSync(name, { force: true });
    throw error instanceof SkeinError ? error : writeFailure(path, error, '--to');
  }
}

class Stitcher {
  readonly #output: AppendFile;
  /** It is as long as the keys of all series are, which may be too much for memory. */
  readonly #index: AppendFile;
  readonly #made = new BlockOutput();
  readonly #entry = new BlockOutput();

  constructor(output: AppendFile, index: AppendFile) {
    this.#output = output;
    this.#index = index;
  }

  stitch(pieces: readonly ShardPiece[]): StitchedFile {
    this.#output.append(HEADER);
    let keys = 0;
    let blocks = 0;
    for (const sources of sameKeys(pieces)) {
      const entry = this.#stitchKey(sources);
      this.#entry.length = 0;
      this.#entry.reserve(indexEntryBytes(entry));
      this.#index.append(this.#entry.bytes.subarray(0, putIndexEntry(entry, this.#entry.bytes, 0)));
      keys++;
      blocks += entry.blocks.length;
    }
    const indexOffset = this.#output.length;
    this.#output.appendFile(this.#index);
    const footer = new Uint8Array(FOOTER_BYTES);
    putFooter(indexOffset, footer, 0);
    this.#output.append(footer);
    this.#output.sync();
    return { bytes: this.#output.length, keys, blocks };
  }

  /** Write the blocks of the key that is next in all of `pieces`. */
  #stitchKey(pieces: readonly ShardPiece[]): KeyBlocks {
    const [{ key, type }] = pieces.map(({ next }) => next!) as [KeyBlocks, ...KeyBlocks[]];
    const blocks = pieces
      .flatMap((piece) => piece.next!.blocks.map((place, i, all): PieceBlock => ({ ...place, piece, mayBeShort: i === all.length - 1 })))
      .sort((a, b) => a.firstMs - b.firstMs);
    const entry: KeyBlocks = { key, type, blocks: [] };
    for (const group of groupsOf(blocks)) {
      if (group.isKept) this.#copy(group.blocks, entry);
      else this.#merge(group.blocks, entry);
    }
    if (entry.blocks.length > MOST_BLOCKS) {
      throw new SkeinError(
        'destination',
        `${Buffer.from(key)} has ${entry.blocks.length} blocks in one shard, more than a file takes. Load the export as lines, without --format shards.`,
      );
    }
    return entry;
  }

  #copy(blocks: readonly PieceBlock[], to: KeyBlocks): void {
    for (let i = 0; i < blocks.length; ) {
      const { piece, offset } = blocks[i]!;
      let end = offset;
      let next = i;
      for (; next < blocks.length; next++) {
        const block = blocks[next]!;
        if (block.piece !== piece || block.offset !== end || (next > i && end + block.size > offset + COPY_BYTES)) break;
        end += block.size;
      }
      const bytes = piece.read(offset, end - offset);
      for (const { firstMs, lastMs, size, offset: from } of blocks.slice(i, next)) {
        if (!isIntact(bytes.subarray(from - offset, from - offset + size))) throw piece.damage();
        to.blocks.push({ firstMs, lastMs, size, offset: this.#output.length + from - offset });
      }
      this.#output.append(bytes);
      i = next;
    }
  }

  #merge(blocks: readonly PieceBlock[], to: KeyBlocks): void {
    const made = this.#made;
    made.length = 0;
    const merger = new BlockMerger(to.type, made, ({ firstMs, lastMs, size }) => {
      to.blocks.push({ firstMs, lastMs, size, offset: this.#output.length });
      this.#output.append(made.bytes.subarray(0, size));
      made.length = 0;
    });
    for (const [i, { piece, offset, size }] of blocks.entries()) {
      const block = piece.read(offset, size);
      if (!isIntact(block)) throw piece.damage();
      merger.add(block, blocks[i + 1]?.firstMs ?? Number.POSITIVE_INFINITY);
    }
    merger.end();
  }
}

/** Go through all keys in their order; of each, the pieces that have it. They go on when the next key is asked for. */
function* sameKeys(pieces: readonly ShardPiece[]): Generator<readonly ShardPiece[]> {
  const isAfter = (piece: ShardPiece, key: Uint8Array): boolean => Buffer.compare(piece.next!.key, key) > 0;
  const open: ShardPiece[] = [];
  const insert = (piece: ShardPiece): void => {
    if (piece.next === undefined) return;
    const { key } = piece.next;
    open.splice(
      firstIndex(open.length, (i) => isAfter(open[i]!, key)),
      0,
      piece,
    );
  };
  for (const piece of pieces) insert(piece);
  for (let [first] = open; first !== undefined; [first] = open) {
    const { key } = first.next!;
    const same = open.splice(
      0,
      firstIndex(open.length, (i) => isAfter(open[i]!, key)),
    );
    yield same;
    for (const piece of same) {
      piece.advance();
      insert(piece);
    }
  }
}
