// The keys under which values are kept that do not fit their field's type.
//
// Invariant: no column has one of them for its own key, since a line has each
// field once, and a server keeps but one of two.

import { clip } from '../clip.ts';
import { type ColumnRole, type Layout, textKey } from './layout.ts';

/** The keys for values of the file's columns that do not fit. */
export function misfitKeys({ columns }: Pick<Layout, 'columns'>): Set<string> {
  return new Set(columns.flatMap((role) => (role.role === 'field' && canMisfit(role.type) ? [textKey(role.key)] : [])));
}

/** An unknown type is one that every value fits. */
function canMisfit(type: Extract<ColumnRole, { role: 'field' }>['type']): boolean {
  return type !== 'text' && type !== 'unknown';
}

interface LaidOut {
  readonly layout: Layout;
  readonly warnings: readonly string[];
}

/** The layout with a number at the key of each column that has the place of another's values that do not fit. */
export function apartFromMisfits({ layout, warnings }: LaidOut): LaidOut {
  const misfits = misfitKeys(layout);
  const taken = new Set([...layout.columns.flatMap((role) => ('key' in role ? [role.key] : [])), ...misfits]);
  const renamed: string[] = [];
  const columns = layout.columns.map((role, column): ColumnRole => {
    if (role.role !== 'field' || !misfits.has(role.key)) return role;
    let number = 2;
    while (taken.has(`${role.key}_${number}`)) number++;
    const key = `${role.key}_${number}`;
    taken.add(key);
    renamed.push(
      `The column ${clip(layout.names[column] ?? '')} is written as ${clip(key)}: ${clip(role.key)} is for values of another column that do not fit its type.`,
    );
    return { ...role, key };
  });
  return { layout: { ...layout, columns }, warnings: [...warnings, ...renamed] };
}
