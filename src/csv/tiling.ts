// Cut a file into chunks, and make sure that what workers found tiles it.
//
// A worker that starts in the middle of a file guesses where the first row
// begins. A guess inside a quoted cell is wrong. The one who puts the answers
// together sees it: each chunk must begin where the one before ended. One that
// does not is done again from the true place, so the result is that of one
// sequential reader, whatever the file holds.

/** A byte range `[start, end)`; rows that begin in it belong to it. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** A chunk whose rows are known to begin at `begin`; the next chunk's begin at `next`. */
export interface Span {
  /** File offset of the first row, or -1 if the guess found none in the range. */
  readonly begin: number;
  readonly next: number;
}

/** Cut `[start, size)` into ranges of `chunkBytes`; the last may be shorter. */
export function* cutRanges(start: number, size: number, chunkBytes: number): Generator<ByteRange> {
  for (let at = start; at < size; at += chunkBytes) {
    yield { start: at, end: Math.min(at + chunkBytes, size) };
  }
}

/**
 * What to do with a chunk's answer, when the rows before it are known to end at `position`.
 *
 * `skip`: the last row before runs past the whole range, so no row begins in it.
 * `redo`: the guess was wrong; read the range again from `position`.
 */
export function judgeTile(range: ByteRange, span: Span, position: number): 'take' | 'skip' | 'redo' {
  if (position >= range.end) return 'skip';
  return span.begin === position ? 'take' : 'redo';
}
