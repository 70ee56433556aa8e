// The words that stand for no value, whatever the column.

const WORDS = ['NA', 'NaN', 'Inf', '-Inf', 'Infinity'].map((word) => Buffer.from(word));

/** Whether `bytes[start, end)` is one of them. Hot: once a text cell that begins like one. */
export function isMissingWord(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start];
  if (first !== 0x4e && first !== 0x49 && first !== 0x2d) return false;
  for (const word of WORDS) {
    if (word.length === end - start && word.every((byte, i) => bytes[start + i] === byte)) return true;
  }
  return false;
}
