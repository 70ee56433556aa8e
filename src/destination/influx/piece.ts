// Lines of a batch that are sent as one body, and smaller pieces of them.

import { gunzipSync, gzipSync } from 'node:zlib';
import type { Batch } from '../destination.ts';

export interface Piece {
  /** One gzip member. */
  readonly body: Uint8Array;
  /** The numbers of its lines in the batch. */
  readonly numbers: readonly number[];
}

export function wholeBatch({ body, lines }: Batch): Piece {
  return { body, numbers: Array.from({ length: lines }, (_, line) => line) };
}

export function linesOf({ body }: Piece): string[] {
  return gunzipSync(body).toString('utf8').split('\n').slice(0, -1);
}

/** The piece as two, each with half of its lines, which are at least two. */
export function halve(piece: Piece): [Piece, Piece] {
  const lines = linesOf(piece);
  const half = lines.length >> 1;
  return [pieceOf(piece, lines, (line) => line < half), pieceOf(piece, lines, (line) => line >= half)];
}

/** The piece less some of its lines, by their numbers in it; undefined when none is left. */
export function without(piece: Piece, lines: readonly string[], left: ReadonlySet<number>): Piece | undefined {
  return left.size === lines.length ? undefined : pieceOf(piece, lines, (line) => !left.has(line));
}

function pieceOf({ numbers }: Piece, lines: readonly string[], isIn: (line: number) => boolean): Piece {
  const text = lines.filter((_, line) => isIn(line)).join('\n');
  return { body: gzipSync(`${text}\n`, { level: 1 }), numbers: numbers.filter((_, line) => isIn(line)) };
}
