// Make one TSM file of a shard out of those that its chunks have left.
//
// Input: pieces, in any order. Output: a file that is whole or not there. Keys
// go by in the order of the indexes, so that memory is bounded by one key's
// blocks. Mostly blocks are copied as they are. Those that overlap, because rows
// were not in order, and neighbours that may be short, because a chunk ended,
// are made anew. Invariant: no block is copied or read whose checksum is wrong, and
// what was made was read again before it is done.

import { renameSync, rmSync } from 'node:fs';
import { SkeinError } from '../errors.ts';
import { firstIndex } from '../search.ts';
import { BlockOutput } from '../tsm/block.ts';
import { groupsOf, type StitchedBlock } from '../tsm/block-groups.ts';
import { BlockMerger } from '../tsm/block-merger.ts';
import { type CheckedFile, checkTsmFile } from '../tsm/check-file.ts';
import { FOOTER_BYTES, HEADER, indexEntryBytes, type KeyBlocks, MOST_BLOCKS, putFooter, putIndexEntry } from '../tsm/file.ts';
import { type TsmPlace, TsmReader } from '../tsm/tsm-reader.ts';
import { writeFailure } from '../write-failure.ts';
import { AppendFile } from './append-file.ts';

/** Of all pieces together is so much read at once, but of each at least the least page. */
const PAGES_BYTES = 16 << 20;
const LEAST_PAGE_BYTES = 4 << 10;
const MOST_PAGE_BYTES = 64 << 10;

export interface StitchTask {
  /** Of the file that is made. */
  readonly path: string;
  /** What the shard spans, half-open. */
  readonly startMs: number;
  readonly endMs: number;
  readonly pieces: readonly TsmPlace[];
}

/** A block of some key in some piece. */
interface PieceBlock extends StitchedBlock {
  readonly piece: TsmReader;
}

/** @throws SkeinError `destination` when a piece is damaged or the disk is full */
export function stitchShard({ path, startMs, endMs, pieces }: StitchTask): CheckedFile {
  const [unfinished, unfinishedIndex] = [`${path}.tmp`, `${path}.index.tmp`];
  const files: AppendFile[] = [];
  try {
    const open = (name: string): AppendFile => {
      const file = new AppendFile(name);
      files.push(file);
      return file;
    };
    const stitcher = new Stitcher(open(unfinished), open(unfinishedIndex));
    const pageBytes = Math.max(LEAST_PAGE_BYTES, Math.min(MOST_PAGE_BYTES, Math.floor(PAGES_BYTES / pieces.length)));
    const made = stitcher.stitch(pieces.map((place) => new TsmReader(place, { pageBytes, isPiece: true })));
    for (const file of files.splice(0)) file.close();
    const checked = checkTsmFile({ path: unfinished, bytes: made.bytes, startMs, endMs });
    if (checked.keys !== made.keys || checked.blocks !== made.blocks) throw new Error(`${path} was not written as it was made`);
    renameSync(unfinished, path);
    rmSync(unfinishedIndex);
    return checked;
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

  stitch(pieces: readonly TsmReader[]): Omit<CheckedFile, 'values'> {
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
  #stitchKey(pieces: readonly TsmReader[]): KeyBlocks {
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
    for (const { piece, ...place } of blocks) {
      const { firstMs, lastMs, size } = place;
      to.blocks.push({ firstMs, lastMs, size, offset: this.#output.length });
      this.#output.append(piece.read(place));
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
    for (const [i, { piece, ...place }] of blocks.entries()) {
      merger.add(piece.read(place), blocks[i + 1]?.firstMs ?? Number.POSITIVE_INFINITY);
    }
    merger.end();
  }
}

/** Go through all keys in their order; of each, the pieces that have it. They go on when the next key is asked for. */
function* sameKeys(pieces: readonly TsmReader[]): Generator<readonly TsmReader[]> {
  const isAfter = (piece: TsmReader, key: Uint8Array): boolean => Buffer.compare(piece.next!.key, key) > 0;
  const open: TsmReader[] = [];
  const insert = (piece: TsmReader): void => {
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
