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
  const bytes = Buffer.from(text, 'utf8');
  const padded = new Uint8Array(Math.ceil(bytes.length / 8) * 8);
  padded.set(bytes);
  return { words: new Float64Array(padded.buffer), length: bytes.length };
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
  const { words } = text;
  let to = at;
  for (let i = 0; i < words.length; i++, to += 8) target.setFloat64(to, words[i]!, true);
  return at + text.length;
}
