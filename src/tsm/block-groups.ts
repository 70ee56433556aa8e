// Which blocks of a key can stay as they are when those of several files come
// together.

import type { BlockPlace } from './file.ts';

export interface StitchedBlock extends BlockPlace {
  /** It is the last one that its file has of the key. */
  readonly mayBeShort: boolean;
}

export interface BlockGroup<Block> {
  /** The blocks stay as they are. */
  readonly isKept: boolean;
  readonly blocks: readonly Block[];
}

/**
 * Which blocks stay and which are made anew together.
 *
 * @param blocks of one key, in the order of their first times
 */
export function* groupsOf<Block extends StitchedBlock>(blocks: readonly Block[]): Generator<BlockGroup<Block>> {
  let kept: Block[] = [];
  for (let i = 0; i < blocks.length; ) {
    let { lastMs } = blocks[i]!;
    let end = i + 1;
    for (; end < blocks.length; end++) {
      const [before, block] = [blocks[end - 1]!, blocks[end]!];
      if (block.firstMs > lastMs && !(before.mayBeShort && block.mayBeShort)) break;
      lastMs = Math.max(lastMs, block.lastMs);
    }
    if (end - i === 1) {
      kept.push(blocks[i]!);
    } else {
      if (kept.length > 0) yield { isKept: true, blocks: kept };
      kept = [];
      yield { isKept: false, blocks: blocks.slice(i, end) };
    }
    i = end;
  }
  if (kept.length > 0) yield { isKept: true, blocks: kept };
}
