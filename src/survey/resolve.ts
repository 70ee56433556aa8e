// Settle what the headers left open, now that every row has been seen.

import { clip } from '../clip.ts';
import { SAW_BARE_TIME, SAW_QUOTED_MISSING, SAW_QUOTED_NUMBER, SAW_TEXT, SAW_TWIN_DIFFER } from '../encode/evidence.ts';
import type { ColumnRole, FieldType, Layout } from '../movebank/layout.ts';

/** A file of the run. */
export interface FileEvidence {
  readonly layout: Layout;
  /** By its columns: those of the run. */
  readonly columns: readonly number[];
  /** SAW_ bits of the whole file, by its columns. */
  readonly evidence: Uint8Array;
}

export interface Resolved {
  readonly layout: Layout;
  /** Sentences about the file. */
  readonly warnings: readonly string[];
}

/**
 * Layouts without unknown types and without columns that repeat another; what a
 * column is, it is in all files of the run.
 */
export function resolveLayouts(files: readonly FileEvidence[]): Resolved[] {
  const types = new Map<number, FieldType>();
  const differing = new Set<number>();
  for (const { layout, columns, evidence } of files) {
    const quotesMeanText = (bits(evidence, layout.time.column) & SAW_BARE_TIME) !== 0;
    for (const [column, role] of layout.columns.entries()) {
      const number = columns[column] ?? -1;
      if (role.role !== 'field') continue;
      const saw = bits(evidence, column);
      if (role.twinOf !== undefined && (saw & SAW_TWIN_DIFFER) !== 0) differing.add(number);
      if (role.type === 'unknown' && guessType(saw, quotesMeanText) === 'text') types.set(number, 'text');
    }
  }
  // What one file's header says goes before what others are taken for.
  for (const { layout, columns } of files) {
    for (const [column, role] of layout.columns.entries()) {
      if (role.role === 'field' && role.type !== 'unknown') types.set(columns[column] ?? -1, role.type);
    }
  }
  return files.map(({ layout, columns }) => {
    const warnings: string[] = [];
    const resolved = layout.columns.map((role, column): ColumnRole => {
      if (role.role !== 'field') return role;
      const number = columns[column] ?? -1;
      if (role.twinOf !== undefined) {
        if (!differing.has(number)) return { role: 'drop' };
        warnings.push(
          `Columns ${role.twinOf + 1} and ${column + 1} are both "${clip(layout.names[column] ?? '')}" and differ; the second is written as ${role.key}.`,
        );
      }
      return role.type === 'unknown' ? { ...role, type: types.get(number) ?? 'float', guessed: true } : role;
    });
    return { layout: { ...layout, columns: resolved }, warnings };
  });
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
