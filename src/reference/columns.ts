// Which columns of a table of reference data become tags and fields, and of
// which type their values are.

import { clip } from '../clip.ts';
import { isMissingWord } from '../encode/missing.ts';
import { LOOSE_FORM, NOT_A_NUMBER, numberForm, tightenNumber } from '../encode/number.ts';
import { SkeinError } from '../errors.ts';
import { fieldKey, textKey } from '../movebank/layout.ts';
import { canonicalName, findTerm } from '../movebank/names.ts';
import type { ReferenceField } from '../movebank/reference.ts';
import { NUMBERS, USUAL_TAGS } from '../movebank/reference-terms.ts';
import type { ReferenceTable } from './read-table.ts';

/** Columns that the user names, in any spelling. */
export interface ReferenceChoice {
  /** Default: USUAL_TAGS, as far as the table has values of them. */
  readonly tags?: readonly string[] | undefined;
  /** Default none. */
  readonly fields?: readonly string[] | undefined;
}

/** A column that is written. */
interface ChosenColumn {
  readonly column: number;
  readonly key: string;
}

/** What each row of the table adds. */
export interface ChosenColumns {
  readonly tags: readonly string[];
  readonly fields: readonly ReferenceField[];
  /** By row of the table: values by key. */
  readonly values: readonly Readonly<Record<string, string>>[];
}

/** @throws SkeinError `usage` for a column that the table does not have */
export function chooseColumns(table: ReferenceTable, choice: ReferenceChoice): ChosenColumns {
  const tags =
    choice.tags === undefined
      ? USUAL_TAGS.flatMap((key) => columnOf(table, key) ?? []).filter(({ column }) => table.rows.some((row) => !isMissing(row[column])))
      : choice.tags.map((name) => wanted(table, name, '--reference-tags'));
  const fields = (choice.fields ?? []).map((name) => wanted(table, name, '--reference-fields'));
  const typed = fields.map((field) => ({ ...field, type: typeOf(table, field) }));
  const values = table.rows.map((row) => valuesOf(row, tags, typed));
  const told = new Set(values.flatMap((each) => Object.keys(each)));
  return {
    tags: tags.map(({ key }) => key),
    // A field for values that do not fit is there only where there are such.
    fields: typed.flatMap(({ key, type }): ReferenceField[] =>
      type === 'float' && told.has(textKey(key))
        ? [
            { key, type },
            { key: textKey(key), type: 'text' },
          ]
        : [{ key, type }],
    ),
    values,
  };
}

/** The first column with this meaning that is there. */
export function columnOf({ names }: ReferenceTable, meaning: string): ChosenColumn | undefined {
  const column = names.findIndex((name) => canonicalName(name) === meaning);
  return column < 0 ? undefined : { column, key: fieldKey(meaning) };
}

function wanted(table: ReferenceTable, name: string, flag: string): ChosenColumn {
  const found = columnOf(table, canonicalName(name));
  if (found !== undefined) return found;
  throw new SkeinError(
    'usage',
    `${table.path} has no column ${clip(name)}, which ${flag} asks for. It has: ${table.names.map(clip).join(', ')}.`,
  );
}

/** A term of the dictionary has the dictionary's type; any other is a number if all of its values are. */
function typeOf({ names, rows }: ReferenceTable, { column, key }: ChosenColumn): ReferenceField['type'] {
  if (findTerm(names[column] ?? '') !== undefined) return NUMBERS.has(key) ? 'float' : 'text';
  return rows.every((row) => isMissing(row[column]) || numberOf(row[column] ?? '') !== undefined) ? 'float' : 'text';
}

function valuesOf(
  row: readonly string[],
  tags: readonly ChosenColumn[],
  fields: readonly (ChosenColumn & ReferenceField)[],
): Record<string, string> {
  const values: [key: string, value: string][] = [];
  for (const { column, key, type } of [...tags.map((tag) => ({ ...tag, type: 'text' as const })), ...fields]) {
    const text = row[column];
    if (text === undefined || isMissing(text)) continue;
    const number = type === 'text' ? undefined : numberOf(text);
    values.push(type === 'text' || number !== undefined ? [key, number ?? text] : [textKey(key), text]);
  }
  return Object.fromEntries(values);
}

/** Quotes are not evidence here: Movebank writes reference data without. */
export function isMissing(cell: string | undefined): boolean {
  if (cell === undefined || cell === '') return true;
  const bytes = Buffer.from(cell);
  return isMissingWord(bytes, 0, bytes.length);
}

/** The number as it is written, or undefined if the text is none. */
function numberOf(text: string): string | undefined {
  const bytes = Buffer.from(text);
  const form = numberForm(bytes, 0, bytes.length);
  if (form === NOT_A_NUMBER) return undefined;
  return form === LOOSE_FORM ? tightenNumber(text) : text;
}
