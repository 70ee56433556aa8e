// Text out of a file, for a sentence: in a hostile file it is of any length.

const SHOWN_CHARS = 200;
const SHOWN_NAMES = 8;

/** The beginning of `text`. */
export function clip(text: string): string {
  // No half of a character of two code units.
  return text.length <= SHOWN_CHARS ? text : `${text.slice(0, SHOWN_CHARS).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** The first of `names`. */
export function clipNames(names: readonly string[]): string {
  return names.slice(0, SHOWN_NAMES).map(clip).join(', ') + (names.length > SHOWN_NAMES ? ', …' : '');
}
