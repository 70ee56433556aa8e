// Settle what the header left open, now that every row has been seen.

import { clip } from '../clip.ts';
import { SAW_BARE_TIME, SAW_QUOTED_MISSING, SAW_QUOTED_NUMBER, SAW_TEXT, SAW_TWIN_DIFFER } from '../encode/evidence.ts';
import type { ColumnRole, FieldType, Layout } from '../movebank/layout.ts';

/**
 * A layout without unknown types and without columns that repeat another.
 *
 * @param evidence SAW_ bits of the whole file, by column
 */
export function resolveLayout(layout: Layout, evidence: Uint8Array): { layout: Layout; warnings: string[] } {
  const warnings: string[] = [];
  const quotesMeanText = (bits(evidence, layout.time.column) & SAW_BARE_TIME) !== 0;
  const columns = layout.columns.map((role, column): ColumnRole => {
    if (role.role !== 'field') return role;
    const saw = bits(evidence, column);
    if (role.twinOf !== undefined) {
      if ((saw & SAW_TWIN_DIFFER) === 0) return { role: 'drop' };
      warnings.push(
        `Columns ${role.twinOf + 1} and ${column + 1} are both "${clip(layout.names[column] ?? '')}" and differ; the second is written as ${role.key}.`,
      );
    }
    return role.type === 'unknown' ? { ...role, type: guessType(saw, quotesMeanText), guessed: true } : role;
  });
  return { layout: { ...layout, columns }, warnings };
}

/**
 * Float or text, never integer or boolean: a later export with decimals would not fit.
 *
 * A native export quotes its text and nothing else, so there quotes are
 * evidence; a file that quotes its times quotes everything.
 */
function guessType(saw: number, quotesMeanText: boolean): FieldType {
  if ((saw & SAW_TEXT) !== 0) return 'text';
  return quotesMeanText && (saw & (SAW_QUOTED_NUMBER | SAW_QUOTED_MISSING)) !== 0 ? 'text' : 'float';
}

function bits(evidence: Uint8Array, column: number): number {
  return evidence[column] ?? 0;
}
