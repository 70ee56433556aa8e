// Booleans: `true` and `false` in any case, as R writes them too.

import { FALSE, MISFIT, TRUE } from './row.ts';

/** TRUE, FALSE, or MISFIT for what is neither. */
export function booleanKind(bytes: Uint8Array, start: number, end: number): typeof TRUE | typeof FALSE | typeof MISFIT {
  const word = end - start === 4 ? 'true' : 'false';
  if (end - start !== word.length) return MISFIT;
  for (let i = 0; i < word.length; i++) {
    if ((bytes[start + i]! | 0x20) !== word.charCodeAt(i)) return MISFIT;
  }
  return word.length === 4 ? TRUE : FALSE;
}
