// The columns of several files as those of one run.
//
// Files of one run differ in which columns they have, in the order and in the
// spelling of them. Each keeps a layout of its own, by which its rows are read;
// the run has each column once, numbered as they are met. Two columns are one
// when the same becomes of them: the same tag, the same field. Invariant: the
// columns of a single file are those of its run.

import { clip } from '../clip.ts';
import { joinReferences } from './join-references.ts';
import { type ColumnRole, type Layout, withDuplicateTag, writtenKeys } from './layout.ts';
import { canonicalName } from './names.ts';

export interface JoinedLayouts {
  /** The files' own, which now agree on what all rows of a run must have in common. */
  readonly layouts: readonly Layout[];
  /** By file and its column: the column of the run. */
  readonly columns: readonly (readonly number[])[];
  /** How many columns the run has. */
  readonly columnCount: number;
  /** Sentences about what the files do not agree on. */
  readonly warnings: readonly string[];
}

/** Number the columns of the run, and have all files write their fields in that order. */
export function joinLayouts(layouts: readonly Layout[]): JoinedLayouts {
  const numbers = new Map<string, number>();
  const columns = layouts.map((layout) => {
    const met = new Map<string, number>();
    return layout.columns.map((role, column) => {
      const meaning = meaningOf(role, layout.names[column] ?? '');
      // What is dropped may be there twice.
      const nth = met.get(meaning) ?? 0;
      met.set(meaning, nth + 1);
      const known = numbers.get(`${nth} ${meaning}`) ?? numbers.size;
      numbers.set(`${nth} ${meaning}`, known);
      return known;
    });
  });
  const keys = layouts.flatMap(writtenKeys);
  return {
    layouts: layouts.map((layout, file) => withDuplicateTag({ ...layout, order: orderOf(columns[file] ?? []) }, keys)),
    columns,
    columnCount: numbers.size,
    warnings: tagsAndFields(layouts),
  };
}

/** The layout of the run: what the files' own make of its columns, under the name that comes first. */
export function layoutOfRun(layouts: readonly Layout[], columns: JoinedLayouts['columns'], columnCount: number): Layout {
  const [first] = layouts;
  if (first === undefined) throw new Error('There is no layout');
  const names: string[] = new Array(columnCount).fill('');
  const roles: (ColumnRole | undefined)[] = new Array(columnCount).fill(undefined);
  for (const [file, layout] of layouts.entries()) {
    for (const [column, role] of layout.columns.entries()) {
      const number = columns[file]?.[column] ?? -1;
      const known = roles[number];
      if (known !== undefined && (known.role !== 'drop' || role.role === 'drop')) continue;
      names[number] = layout.names[column] ?? '';
      roles[number] = role;
    }
  }
  /** The column of the run for what some rules ask for, by the first file that has it. */
  const find = (of: (layout: Layout) => number): number => {
    const file = layouts.findIndex((layout) => of(layout) >= 0);
    const layout = layouts[file];
    return layout === undefined ? -1 : (columns[file]?.[of(layout)] ?? -1);
  };
  const references = layouts.flatMap(({ reference }, file) => {
    if (reference === undefined) return [];
    const numberOf = (column: number): number => columns[file]?.[column] ?? -1;
    return [{ ...reference, animalColumn: numberOf(reference.animalColumn), tagColumn: numberOf(reference.tagColumn) }];
  });
  return {
    ...first,
    names,
    columns: roles.map((role) => role ?? { role: 'drop' }),
    time: { ...first.time, column: find(({ time }) => time.column) },
    latitude: find(({ latitude }) => latitude),
    longitude: find(({ longitude }) => longitude),
    outlier: find(({ outlier }) => outlier),
    individual: find(({ individual }) => individual),
    order: [...names.keys()],
    reference: joinReferences(references),
  };
}

function meaningOf(role: ColumnRole, name: string): string {
  switch (role.role) {
    case 'field':
    case 'tag':
      return `${role.role} ${role.key}`;
    case 'time':
      return 'time';
    default:
      return `drop ${canonicalName(name)}`;
  }
}

/** A file's columns in the order of the run's. */
function orderOf(columns: readonly number[]): number[] {
  return [...columns.keys()].sort((a, b) => (columns[a] ?? 0) - (columns[b] ?? 0));
}

/** A query that names such a key finds the one or the other. */
function tagsAndFields(layouts: readonly Layout[]): string[] {
  const keysOf = (wanted: 'tag' | 'field'): Set<string> =>
    new Set(layouts.flatMap(({ columns }) => columns.flatMap((role) => (role.role === wanted ? [role.key] : []))));
  const fields = keysOf('field');
  return [...keysOf('tag')]
    .filter((key) => fields.has(key))
    .map(
      (key) =>
        `${clip(key)} is a tag of the rows of files that have nothing else for it, and a field of those of the others: a query finds the one or the other.`,
    );
}
