// Make of a table of reference data what an export's rows are joined to.

import { basename } from 'node:path';
import { clip } from '../clip.ts';
import { SkeinError } from '../errors.ts';
import { type Layout, writtenKeys } from '../movebank/layout.ts';
import { misfitKeys } from '../movebank/misfit-keys.ts';
import { canonicalName } from '../movebank/names.ts';
import type { Reference } from '../movebank/reference.ts';
import { ANIMAL_COLUMNS, DEPLOY_OFF_COLUMNS, DEPLOY_ON_COLUMNS, TAG_COLUMNS } from '../movebank/reference-terms.ts';
import { chooseColumns, columnOf, isMissing, type ReferenceChoice } from './columns.ts';
import { readDates, type TabledDeployment } from './dates.ts';
import type { ReferenceTable } from './read-table.ts';

const TAG_KEY = 'tag_local_identifier';

/** So much may a deployment add to each of its rows, in bytes: with it no line can become too long unnoticed. */
const MOST_ADDED_BYTES = 64 << 10;

/**
 * @param layout of the export, without reference data
 * @returns what is joined and what the user should know, or in words why nothing can be joined to such an export
 * @throws SkeinError `usage` for columns that cannot be had, `source` for a table that is not right
 */
export function referenceFrom(
  table: ReferenceTable,
  choice: ReferenceChoice,
  layout: Layout,
): { reference: Reference; warnings: string[] } | string {
  const animalKey = keyOf(layout, layout.individual);
  if (animalKey === undefined || animalKey === 'individual_id')
    return 'has no column individual-local-identifier that becomes a tag, by which reference data could be joined.';
  const tagKey = tagKeyOf(layout);
  const cellsOf = (meanings: readonly string[]): ((row: readonly string[]) => string) => {
    const [found] = meanings.flatMap((meaning) => columnOf(table, meaning) ?? []);
    return (row) => (found === undefined || isMissing(row[found.column]) ? '' : (row[found.column] ?? ''));
  };
  const hasTags = tagKey !== undefined && TAG_COLUMNS.some((meaning) => columnOf(table, meaning) !== undefined);
  const animal = cellsOf(ANIMAL_COLUMNS);
  const tag = cellsOf(TAG_COLUMNS);
  const on = cellsOf(DEPLOY_ON_COLUMNS);
  const off = cellsOf(DEPLOY_OFF_COLUMNS);
  const { tags, fields, values } = chooseColumns(table, choice);
  checkKeys(table, [...tags, ...fields.map(({ key }) => key)], [...writtenKeys(layout), ...misfitKeys(layout)]);

  const tabled = table.rows.map(
    (row, i): TabledDeployment => ({
      row: i + 1,
      animal: animal(row),
      tag: hasTags ? tag(row) : undefined,
      on: on(row),
      off: off(row),
      values: values[i] ?? {},
    }),
  );
  const named = tabled.filter((one) => one.animal !== '');
  for (const one of named) checkLength(table, one);
  const { deployments, warnings } = readDates(table.path, named);
  const nameless = tabled.length - named.length;
  if (nameless > 0)
    warnings.push(`${table.path}: ${nameless === 1 ? 'one row names' : `${nameless} rows name`} no animal and cannot be joined.`);
  const reference: Reference = {
    file: basename(table.path),
    animal: animalKey,
    ...(hasTags ? { tag: tagKey } : {}),
    tags,
    fields,
    deployments,
  };
  return { reference, warnings };
}

/** The key of a column that becomes a tag. */
function keyOf({ columns }: Layout, column: number): string | undefined {
  const role = columns[column];
  return role?.role === 'tag' ? role.key : undefined;
}

/** The key of the column that names the tag, by its name or, in a mapping, by its key. */
function tagKeyOf(layout: Layout): string | undefined {
  const named = layout.names.findIndex((name) => canonicalName(name) === TAG_KEY);
  return keyOf(layout, named >= 0 ? named : layout.columns.findIndex((role) => role.role === 'tag' && role.key === TAG_KEY));
}

function checkKeys({ path }: ReferenceTable, added: readonly string[], written: readonly string[]): void {
  const all = [...written, ...added];
  const twice = added.find((key) => all.indexOf(key) !== all.lastIndexOf(key));
  if (twice === undefined) return;
  const where = written.includes(twice) ? 'the export has a column of its own that is written under it' : 'it was asked for twice';
  throw new SkeinError('usage', `${twice} of ${path} cannot be added: ${where}. Leave it out of --reference-tags and --reference-fields.`);
}

function checkLength({ path }: ReferenceTable, { row, animal, values }: TabledDeployment): void {
  const bytes = Object.values(values).reduce((sum, value) => sum + 2 * Buffer.byteLength(value), 0);
  if (bytes <= MOST_ADDED_BYTES) return;
  throw new SkeinError(
    'usage',
    `Row ${row} of ${path}, of ${clip(animal)}, would add more than ${MOST_ADDED_BYTES / 2} bytes to each row of the export. Choose shorter columns with --reference-tags and --reference-fields.`,
  );
}
