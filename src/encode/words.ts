// Constant text, ready to be copied eight bytes at a time.

/** UTF-8 text as words, the last one filled up with zeros. */
export interface Words {
  /**
   * Doubles stand for bytes here, so none may be a NaN, which an engine may
   * change in passing: it would take a byte 0xFF or 0x7F at the end of a word,
   * and UTF-8 without control bytes has neither.
   */
  readonly words: Float64Array;
  /** In bytes. */
  readonly length: number;
}

/** @param text without control characters */
export function wordsOf(text: string): Words {
  const length = Buffer.byteLength(text);
  const words = newWords(Math.ceil(length / 8));
  Buffer.from(words.buffer, words.byteOffset, length).write(text);
  return { words, length };
}

/** The first `length` bytes of constant text, as a string. */
export function textOf({ words }: Words, length: number): string {
  return Buffer.from(words.buffer, words.byteOffset, length).toString('utf8');
}

/** Many short texts share one piece of memory: there may be a hundred thousand series, and a piece of its own costs each 250 bytes. */
function newWords(count: number): Float64Array {
  if (count > POOL_WORDS / 8) return new Float64Array(count);
  if (poolEnd + count > POOL_WORDS) {
    pool = new ArrayBuffer(POOL_WORDS * Float64Array.BYTES_PER_ELEMENT);
    poolEnd = 0;
  }
  const words = new Float64Array(pool, poolEnd * Float64Array.BYTES_PER_ELEMENT, count);
  poolEnd += count;
  return words;
}

const POOL_WORDS = 1 << 13;
let pool = new ArrayBuffer(POOL_WORDS * Float64Array.BYTES_PER_ELEMENT);
let poolEnd = 0;

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
  const { words } = text;
  let to = at;
  for (let i = 0; i < words.length; i++, to += 8) target.setFloat64(to, words[i]!, true);
  return at + text.length;
}
