// Make the TSM files of a shard, mostly one, out of the pieces that its chunks
// have left.
//
// Input: pieces, in any order. Output: files that are whole or not there. Keys
// go by in the order of the indexes, so that memory is bounded by one key's
// blocks. Mostly blocks are copied as they are. Those that overlap, because rows
// were not in order, and neighbours that may be short, because a chunk ended,
// are made anew. Invariant: no block is copied or read whose checksum is wrong,
// and what was made was read again before it gets its name.

import { SkeinError } from '../errors.ts';
import { firstIndex } from '../search.ts';
import { groupsOf, type StitchedBlock } from '../tsm/block-groups.ts';
import { BlockMerger } from '../tsm/block-merger.ts';
import { type CheckedFile, checkTsmFile } from '../tsm/check-file.ts';
import type { ColumnType } from '../tsm/column.ts';
import { indexEntryBytes, type KeyBlocks } from '../tsm/file.ts';
import { type TsmPlace, TsmReader } from '../tsm/tsm-reader.ts';
import { writeFailure } from '../write-failure.ts';
import { type FileContent, readContent } from './shard-content.ts';
import { ShardOutput, type UnfinishedFile } from './shard-output.ts';
import { StitchGauge } from './stitch-gauge.ts';

/** Of all pieces together is so much read at once, but of each at least the least page. */
const PAGES_BYTES = 16 << 20;
const LEAST_PAGE_BYTES = 4 << 10;
const MOST_PAGE_BYTES = 64 << 10;

export interface StitchTask {
  /** Of the first file that is made. */
  readonly path: string;
  /** What the shard spans, half-open. */
  readonly startMs: number;
  readonly endMs: number;
  readonly pieces: readonly TsmPlace[];
  /** No file becomes longer. */
  readonly mostBytes: number;
  /** Tell what the files hold, for a server that is going to be asked; default: no. */
  readonly withContent?: boolean | undefined;
  /** The numbers of the run's StitchGauge. */
  readonly gauge: Int32Array;
}

/** A file that was made. Crosses from the worker. */
export interface StitchedFile extends CheckedFile {
  readonly path: string;
  /** What was found when it was read again, if it was to be told. */
  readonly content: FileContent | undefined;
}

/** A block of some key in some piece. */
interface PieceBlock extends StitchedBlock {
  readonly piece: TsmReader;
}

/**
 * Make the files of one shard.
 *
 * @throws SkeinError `destination` when a piece is damaged or the disk is full, `interrupted` when the gauge says so
 */
export function stitchShard({ path, pieces, mostBytes, ...task }: StitchTask): StitchedFile[] {
  const gauge = new StitchGauge(task.gauge);
  let output: ShardOutput | undefined;
  try {
    output = new ShardOutput(path, mostBytes);
    const pageBytes = Math.max(LEAST_PAGE_BYTES, Math.min(MOST_PAGE_BYTES, Math.floor(PAGES_BYTES / pieces.length)));
    new Stitcher(output, gauge).stitch(pieces.map((place) => new TsmReader(place, { pageBytes, isPiece: true })));
    const files = output.close();
    const blocks = files.reduce((sum, file) => sum + file.blocks, 0);
    // Reading again counts as much as all pieces together.
    const blockBytes = pieces.reduce((sum, { length }) => sum + length, 0) / blocks;
    const checked = files.map((file) => readAgain(file, task, () => gauge.done(blockBytes)));
    return output.finish().map((made, i) => ({ path: made, ...checked[i]! }));
  } catch (error) {
    output?.abandon();
    throw error instanceof SkeinError ? error : writeFailure(path, error, '--to');
  }
}

function readAgain(
  file: UnfinishedFile,
  { startMs, endMs, withContent }: Pick<StitchTask, 'startMs' | 'endMs' | 'withContent'>,
  onBlock: () => void,
): Omit<StitchedFile, 'path'> {
  const task = { ...file, startMs, endMs };
  const { checked, content } = withContent ? readContent(task, onBlock) : { checked: checkTsmFile(task, onBlock), content: undefined };
  if (checked.keys !== file.keys || checked.blocks !== file.blocks) throw new Error(`${file.path} was not written as it was made`);
  return { ...checked, content };
}

class Stitcher {
  readonly #output: ShardOutput;
  readonly #gauge: StitchGauge;
  readonly #mergers = new Map<ColumnType, BlockMerger>();

  constructor(output: ShardOutput, gauge: StitchGauge) {
    this.#output = output;
    this.#gauge = gauge;
  }

  stitch(pieces: readonly TsmReader[]): void {
    for (const sources of sameKeys(pieces)) {
      const [{ key, type }] = sources.map(({ next }) => next!) as [KeyBlocks, ...KeyBlocks[]];
      if (sources.some(({ next }) => next!.type !== type)) {
        throw new SkeinError(
          'usage',
          `${Buffer.from(key)} would have values of two types: one export has a column of that name, and another keeps values there that do not fit. Give one of them another name with --mapping.`,
        );
      }
      const blocks = sources.flatMap((piece) =>
        piece.next!.blocks.map((place, i, all): PieceBlock => ({ ...place, piece, mayBeShort: i === all.length - 1 })),
      );
      blocks.sort((a, b) => a.firstMs - b.firstMs);
      this.#gauge.done(sources.length * key.length);
      this.#output.beginKey(key, type, { bytes: blocks.reduce((sum, { size }) => sum + size, 0), blocks: blocks.length });
      for (const group of groupsOf(blocks)) {
        if (group.isKept) this.#copy(group.blocks);
        else this.#merge(group.blocks, this.#merger(type));
      }
      this.#output.endKey();
    }
  }

  #copy(blocks: readonly PieceBlock[]): void {
    for (const block of blocks) this.#output.addBlock(this.#read(block), block.firstMs, block.lastMs);
  }

  #merge(blocks: readonly PieceBlock[], merger: BlockMerger): void {
    for (const [i, block] of blocks.entries()) merger.add(this.#read(block), blocks[i + 1]?.firstMs ?? Number.POSITIVE_INFINITY);
    merger.end();
  }

  #read(block: PieceBlock): Uint8Array {
    this.#gauge.done(block.size + indexEntryBytes(0, 1));
    return block.piece.read(block);
  }

  /** One serves all keys of its type: what it holds is large beside the few points that a key may have. */
  #merger(type: ColumnType): BlockMerger {
    let merger = this.#mergers.get(type);
    if (merger === undefined) {
      merger = new BlockMerger(type, (block, firstMs, lastMs) => this.#output.addBlock(block, firstMs, lastMs));
      this.#mergers.set(type, merger);
    }
    return merger;
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
