// Constant text, ready to be copied eight bytes at a time.

/** UTF-8 text as words, the last one filled up with zeros: `words[from, to)`. */
export interface Words {
  /**
   * Doubles stand for bytes here, so none may be a NaN, which an engine may
   * change in passing: it would take a byte 0xFF or 0x7F at the end of a word,
   * and UTF-8 without control bytes has neither.
   */
  readonly words: Float64Array;
  readonly from: number;
  readonly to: number;
  /** In bytes. */
  readonly length: number;
}

/**
 * Texts share pieces of memory: there may be a hundred thousand series, and of an
 * array of its own each would take as much again and three times as long to make.
 */
const POOL_WORDS = 1 << 13;
const WORD_BYTES = Float64Array.BYTES_PER_ELEMENT;
let pool = new Float64Array(0);
let poolBytes = Buffer.alloc(0);
let poolEnd = 0;

/** @param text without control characters */
export function wordsOf(text: string): Words {
  const length = Buffer.byteLength(text);
  const count = Math.ceil(length / WORD_BYTES);
  if (poolEnd + count > pool.length) {
    pool = new Float64Array(Math.max(POOL_WORDS, count));
    poolBytes = Buffer.from(pool.buffer);
    poolEnd = 0;
  }
  const from = poolEnd;
  poolEnd += count;
  poolBytes.write(text, from * WORD_BYTES);
  return { words: pool, from, to: poolEnd, length };
}

/**
 * Write constant text to `target[at...]`, and up to 7 bytes that do not count.
 *
 * Hot: some ten times a row. A byte loop took twice the time of a whole row.
 * Assumes a little-endian machine, as every platform of Node is in practice;
 * `words` was laid out by the same machine, so only its order matters.
 *
 * @returns the offset just past the text
 */
export function put(text: Words, target: DataView, at: number): number {
  const { words, to } = text;
  for (let i = text.from, place = at; i < to; i++, place += 8) target.setFloat64(place, words[i]!, true);
  return at + text.length;
}
