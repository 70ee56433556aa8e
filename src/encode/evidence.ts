// What the cells of a column say about it, gathered over the whole file.

import { QUOTED } from '../csv/cells.ts';
import { isMissingWord } from './missing.ts';
import { formOf, NOT_A_NUMBER } from './number.ts';

/** What is known of a column of unknown type, as bits. They add up over rows and chunks by `or`. */
export const SAW_BARE_NUMBER = 1;
export const SAW_QUOTED_NUMBER = 2;
export const SAW_TEXT = 4;
/** A quoted `NA`: no value in a column of numbers, text in one of text. */
export const SAW_QUOTED_MISSING = 8;
/** Not of a type: the cell was not that of the earlier column with the same meaning. */
export const SAW_TWIN_DIFFER = 16;
/** Not of a type: the cell stood without quotes. */
export const SAW_BARE_TIME = 32;

/** What one cell, bytes `[start, end)`, says of its column's type. */
export function evidenceOf(bytes: Uint8Array, start: number, end: number, flags: number): number {
  const isQuoted = (flags & QUOTED) !== 0;
  if (formOf(bytes, start, end, flags) !== NOT_A_NUMBER) return isQuoted ? SAW_QUOTED_NUMBER : SAW_BARE_NUMBER;
  if (isMissingWord(bytes, start, end)) return isQuoted ? SAW_QUOTED_MISSING : 0;
  return SAW_TEXT;
}
