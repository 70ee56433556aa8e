// What each column of one file becomes: tag, field, time or nothing.
//
// A layout is by column number and is all that the passes know of names. It is
// made from a header by the rules for Movebank here, or from a mapping file by
// `mapping-file`. Fields whose type only the data can tell are `unknown` until
// the survey has read the whole file.

import { clipNames } from '../clip.ts';
import type { DuplicatePolicy } from '../duplicate-policy.ts';
import { canonicalName, findTerm } from './names.ts';
import type { JoinedReference } from './reference.ts';

export type FieldType = 'float' | 'integer' | 'boolean' | 'text';

export const TIME_FORMATS = ['movebank', 'rfc3339', 'unix-s', 'unix-ms', 'unix-us', 'unix-ns'] as const;
export type TimeFormat = (typeof TIME_FORMATS)[number];

export type ColumnRole =
  | { readonly role: 'time' }
  | { readonly role: 'tag'; readonly key: string }
  | {
      readonly role: 'field';
      readonly key: string;
      /** `unknown`: float or text, as the survey decides. */
      readonly type: FieldType | 'unknown';
      /** The type was found by the survey and is not the dictionary's or the user's. */
      readonly guessed?: boolean;
      /** An earlier column with the same meaning, which this one is compared with. */
      readonly twinOf?: number;
    }
  | { readonly role: 'drop' };

/** A tag that every point has, whatever its row says. */
export interface ConstantTag {
  readonly key: string;
  readonly value: string;
}

export interface Layout {
  readonly measurement: string;
  /** Column names as found in the header. */
  readonly names: readonly string[];
  /** One byte. */
  readonly delimiter: number;
  readonly columns: readonly ColumnRole[];
  /** All column numbers, in the order in which fields are written. */
  readonly order: readonly number[];
  readonly time: { readonly column: number; readonly format: TimeFormat; readonly offsetMinutes: number };
  /** Column numbers of what some rules ask for; -1 where the file has none. */
  readonly latitude: number;
  readonly longitude: number;
  readonly outlier: number;
  readonly individual: number;
  readonly constantTags: readonly ConstantTag[];
  /** What rows get of their deployments. */
  readonly reference?: JoinedReference | undefined;
  /** The tag that keeps apart rows of one series and time. */
  readonly duplicateTag: string;
  /** Missing cells of text fields are written as they stand, an empty one as `""`. */
  readonly keepsMissingText?: boolean;
  /** What becomes of rows that share series and time where the user does not say. */
  readonly duplicates?: DuplicatePolicy | undefined;
  /** The destination stores numbers only: what is none is left out, and an unknown field is float. */
  readonly numbersOnly?: boolean;
}

export const DEFAULT_MEASUREMENT = 'movebank';

/** An id stands in as a tag only where the name that it stands for is not in the header. */
const STANDS_FOR: Readonly<Record<string, string>> = {
  study_id: 'study_name',
  individual_id: 'individual_local_identifier',
  tag_id: 'tag_local_identifier',
  sensor_type_id: 'sensor_type',
};

/** Columns that Movebank calls reference data: of animals and their tags, not of events. */
const REFERENCE_COLUMNS = ['animal_id', 'deploy_on_date', 'animal_taxon', 'deploy_on_timestamp'];

/**
 * Lay out a Movebank export by its header.
 *
 * @returns the layout, or in words why the file is no export of events
 */
export function layOut(names: readonly string[], delimiter: number): Layout | string {
  const keys = names.map(canonicalName);
  const time = keys.indexOf('timestamp');
  if (time < 0) return whyNoTime(names);

  const columns = names.map((name, column): ColumnRole => {
    if (name === '') return { role: 'drop' };
    const role = roleOf(name, keys);
    if (role.role === 'drop' || keys.indexOf(canonicalName(name)) === column) return role;
    return twinRole(canonicalName(name), keys, column, role.role === 'field' ? role.type : 'text');
  });
  return withDuplicateTag({
    measurement: DEFAULT_MEASUREMENT,
    names,
    delimiter,
    columns,
    order: [...names.keys()],
    time: { column: time, format: 'movebank', offsetMinutes: 0 },
    latitude: keys.indexOf('lat'),
    longitude: keys.indexOf('lon'),
    outlier: keys.indexOf('visible'),
    individual: firstOf(keys, ['individual_local_identifier', 'individual_id']),
    constantTags: [],
  });
}

function roleOf(name: string, keys: readonly string[]): ColumnRole {
  const term = findTerm(name);
  if (term === undefined) return { role: 'field', key: fieldKey(name), type: 'unknown' };
  switch (term.role) {
    case 'time':
    case 'drop':
      return { role: term.role };
    case 'tag': {
      const partner = STANDS_FOR[term.key];
      const isField = partner !== undefined && keys.includes(partner);
      return isField ? { role: 'field', key: term.key, type: 'integer' } : { role: 'tag', key: term.key };
    }
    default:
      return { role: 'field', key: term.key, type: term.role };
  }
}

/**
 * What becomes of a column that an earlier one has the same meaning as: a field
 * of its own, if the survey finds that the two differ.
 *
 * @param meaning what this column's name means, and some earlier one's
 * @param keys what each column's name means
 */
export function twinRole(meaning: string, keys: readonly string[], column: number, type: FieldType | 'unknown'): ColumnRole {
  const key = fieldKey(meaning);
  const twinOf = keys.indexOf(meaning);
  let number = keys.slice(0, column).filter((other) => other === meaning).length + 1;
  while (keys.includes(`${key}_${number}`)) number++;
  return { role: 'field', key: `${key}_${number}`, type, twinOf };
}

/** InfluxDB strips a field named `time`. */
export function fieldKey(name: string): string {
  return name === 'time' ? 'time_field' : name;
}

/** Whether a header is that of reference data. */
export function isReferenceData(names: readonly string[]): boolean {
  const keys = names.map(canonicalName);
  return !keys.includes('timestamp') && REFERENCE_COLUMNS.some((key) => keys.includes(key));
}

function whyNoTime(names: readonly string[]): string {
  if (isReferenceData(names)) {
    return 'is Movebank reference data (animals, tags and deployments), not events. Load the export of the events, which has a column timestamp, and name this file with --reference.';
  }
  return `has no column timestamp; its columns are: ${clipNames(names)}. If it is another kind of CSV, say which column is the time with --mapping.`;
}

function firstOf(keys: readonly string[], wanted: readonly string[]): number {
  for (const key of wanted) {
    const column = keys.indexOf(key);
    if (column >= 0) return column;
  }
  return -1;
}

/**
 * The layout for a destination that stores numbers only, a VictoriaMetrics. It
 * reads a backslash before an escaped character as part of the escape and loses
 * the line, so names have none.
 */
export function withNumbersOnly(layout: Layout): Layout {
  const columns = layout.columns.map((role) => ('key' in role ? { ...role, key: withoutBackslashes(role.key) } : role));
  return { ...layout, measurement: withoutBackslashes(layout.measurement), columns, numbersOnly: true };
}

export function withoutBackslashes(name: string): string {
  return name.replaceAll('\\', '/');
}

/** How a value that does not fit its field's type is kept. */
export function textKey(key: string): string {
  return `${key}_text`;
}

/** The field of Movebank's number for a row, which no two rows of an export share. */
export const EVENT_ID_KEY = 'event_id';

/** The column of the event id, or -1. */
export function eventIdColumn({ columns }: Layout): number {
  return columns.findIndex((role) => role.role === 'field' && role.key === EVENT_ID_KEY && role.type === 'integer');
}

/** The keys of all tags and fields, those for values that do not fit left out. */
export function writtenKeys({ columns, constantTags, reference }: Omit<Layout, 'duplicateTag'>): string[] {
  const own = [...columns, ...constantTags].flatMap((one) => ('key' in one ? [one.key] : []));
  return [...own, ...(reference?.tags ?? []), ...(reference?.fields ?? []).map(({ key }) => key)];
}

/** The layout with a tag that keeps apart rows of one series and time: `dup`, or with a number if something else has that key. */
export function withDuplicateTag(layout: Omit<Layout, 'duplicateTag'>, others: readonly string[] = writtenKeys(layout)): Layout {
  const keys = new Set(others);
  let key = 'dup';
  for (let number = 2; keys.has(key); number++) key = `dup_${number}`;
  return { ...layout, duplicateTag: key };
}

/** The longest run of columns that stay the same while one animal's rows go by. */
export function steadyColumns(layout: Layout): { from: number; to: number } {
  const isSteady = layout.columns.map(
    (role, column) => role.role === 'tag' || (role.role === 'field' && canonicalName(layout.names[column] ?? '') in STANDS_FOR),
  );
  let best = { from: layout.columns.length, to: layout.columns.length };
  let from = 0;
  for (let column = 0; column <= layout.columns.length; column++) {
    if (isSteady[column]) continue;
    if (column - from > best.to - best.from) best = { from, to: column };
    from = column + 1;
  }
  return best;
}
