// A mapping: what each column of a CSV becomes, by name.
//
// A load writes the mapping that it used beside its books, as JSON. Given back
// with `--mapping`, it gives mended rejects and later exports the same types.
// The same form maps any other CSV.

import { clipNames } from '../clip.ts';
import type { DuplicatePolicy } from '../duplicate-policy.ts';
import { type ColumnRole, type ConstantTag, type FieldType, type Layout, type TimeFormat, twinRole, withDuplicateTag } from './layout.ts';
import { canonicalName } from './names.ts';
import { type JoinedReference, type Reference, unpackDeployments } from './reference.ts';

export interface Mapping {
  readonly measurement: string;
  /** `utcOffset`, like `+02:00`: what times without an offset of their own are ahead of UTC. */
  readonly time: { readonly column: string; readonly format: TimeFormat; readonly utcOffset: string };
  /** Without a key, the column's name is the key. With a value instead of a column, every point has that. */
  readonly tags: readonly ({ readonly column: string; readonly key?: string | undefined } | ConstantTag)[];
  readonly fields: readonly { readonly column: string; readonly key?: string | undefined; readonly type: FieldType }[];
  /** The columns that are a location together: half of one is left out. */
  readonly location?: { readonly latitude: string; readonly longitude: string } | undefined;
  /** A boolean column; `false` marks an outlier. */
  readonly outlier?: string | undefined;
  /** The column that names the animal. */
  readonly individual?: string | undefined;
  /** `keep`: missing cells of text fields are written as they stand, an empty one as `""`. Default `drop`. */
  readonly missingText?: 'keep' | 'drop' | undefined;
  /** What becomes of rows that share series and time, where `--duplicates` does not say. Default `keep`. */
  readonly duplicates?: DuplicatePolicy | undefined;
  /** What rows get of their deployments. */
  readonly reference?: Reference | undefined;
  /** Columns that are known and not written. Others that are not named are reported. */
  readonly drop: readonly string[];
}

/**
 * Lay out a file's columns by a mapping. Names match in any of Movebank's spellings.
 *
 * @returns the layout and what the user should know, or in words why the mapping does not fit the file
 */
export function layOutBy(mapping: Mapping, names: readonly string[], delimiter: number): { layout: Layout; warnings: string[] } | string {
  const warnings: string[] = [];
  const keys = names.map(canonicalName);
  const find = (column: string | undefined): number => {
    if (column === undefined) return -1;
    const exact = names.indexOf(column);
    return exact >= 0 ? exact : keys.indexOf(canonicalName(column));
  };

  const time = find(mapping.time.column);
  if (time < 0) return `has no column ${mapping.time.column}, which the mapping names as the time. Its columns are: ${clipNames(names)}.`;
  const columns: (ColumnRole | undefined)[] = names.map(() => undefined);
  const absent: string[] = [];
  columns[time] = { role: 'time' };
  const place = (column: string, role: ColumnRole): void => {
    const at = find(column);
    if (at < 0) absent.push(column);
    else if (columns[at] !== undefined) warnings.push(`The mapping uses the column ${column} twice; only its first use counts.`);
    else columns[at] = role;
  };
  for (const tag of mapping.tags) if ('column' in tag) place(tag.column, { role: 'tag', key: tag.key ?? tag.column });
  for (const { column, key, type } of mapping.fields) place(column, { role: 'field', key: key ?? column, type });
  for (const column of mapping.drop) columns[find(column)] ??= { role: 'drop' };
  if (absent.length > 0) {
    warnings.push(`The mapping names ${absent.length === 1 ? 'a column' : 'columns'} that the file does not have: ${clipNames(absent)}`);
  }
  if (!columns.some((role) => role?.role === 'field')) return 'has none of the columns that the mapping makes fields of.';

  const others: string[] = [];
  for (const [at, column] of names.entries()) {
    if (columns[at] !== undefined || column === '') continue;
    const meaning = canonicalName(column);
    const first = columns[keys.indexOf(meaning)];
    if (first === undefined) others.push(column);
    else if (first.role !== 'drop') columns[at] = twinRole(meaning, keys, at, first.role === 'field' ? first.type : 'text');
  }
  if (others.length > 0)
    warnings.push(
      `${others.length === 1 ? 'One column is' : `${others.length} columns are`} not in the mapping and not written: ${clipNames(others)}`,
    );
  return {
    layout: withDuplicateTag({
      measurement: mapping.measurement,
      names,
      delimiter,
      columns: columns.map((role) => role ?? { role: 'drop' }),
      order: [...names.keys()],
      time: { column: time, format: mapping.time.format, offsetMinutes: minutesOf(mapping.time.utcOffset) },
      latitude: find(mapping.location?.latitude),
      longitude: find(mapping.location?.longitude),
      outlier: find(mapping.outlier),
      individual: find(mapping.individual),
      constantTags: mapping.tags.filter((tag) => 'value' in tag),
      keepsMissingText: mapping.missingText === 'keep',
      duplicates: mapping.duplicates,
    }),
    warnings,
  };
}

/** The mapping that gives any file with the same columns the same layout. */
export function mappingOf(layout: Layout): Mapping {
  const at = (column: number): string | undefined => layout.names[column];
  const tags: Mapping['tags'][number][] = [...layout.constantTags];
  const fields: { column: string; key: string; type: FieldType }[] = [];
  const drop: string[] = [];
  const tagKeys = new Set(layout.columns.flatMap((role) => (role.role === 'tag' ? [role.key] : [])));
  layout.columns.forEach((role, column) => {
    const name = layout.names[column] ?? '';
    if (role.role === 'tag') tags.push({ column: name, key: role.key });
    // Of several files some may have as a tag what others have as a field: a mapping has it once.
    else if (role.role === 'field' && role.twinOf === undefined && !tagKeys.has(role.key))
      fields.push({ column: name, key: role.key, type: role.type === 'unknown' ? 'text' : role.type });
    else if (role.role === 'drop' && name !== '') drop.push(name);
  });
  const latitude = at(layout.latitude);
  const longitude = at(layout.longitude);
  const outlier = at(layout.outlier);
  const individual = at(layout.individual);
  return {
    measurement: layout.measurement,
    time: { column: at(layout.time.column) ?? '', format: layout.time.format, utcOffset: offsetText(layout.time.offsetMinutes) },
    tags,
    fields,
    ...(latitude !== undefined && longitude !== undefined ? { location: { latitude, longitude } } : {}),
    ...(outlier !== undefined ? { outlier } : {}),
    ...(individual !== undefined ? { individual } : {}),
    ...(layout.keepsMissingText === true ? { missingText: 'keep' } : {}),
    ...(layout.duplicates !== undefined ? { duplicates: layout.duplicates } : {}),
    drop,
    ...(layout.reference !== undefined ? { reference: referenceOf(layout, layout.reference) } : {}),
  };
}

function referenceOf({ columns }: Layout, { file, animalColumn, tagColumn, tags, fields, deployments }: JoinedReference): Reference {
  const keyOf = (column: number): string | undefined => {
    const role = columns[column];
    return role?.role === 'tag' ? role.key : undefined;
  };
  return { file, animal: keyOf(animalColumn) ?? '', tag: keyOf(tagColumn), tags, fields, deployments: unpackDeployments(deployments) };
}

function minutesOf(utcOffset: string): number {
  const minutes = Number(utcOffset.slice(1, 3)) * 60 + Number(utcOffset.slice(4, 6));
  return utcOffset.startsWith('-') ? -minutes : minutes;
}

function offsetText(minutes: number): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
}
