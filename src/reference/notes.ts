// What became of the join, once all rows were read: which animals have no
// deployment, and which deployments no animal.

import { clipNames } from '../clip.ts';
import { counted } from '../counted.ts';
import { pairOf } from '../encode/deployments.ts';
import { readSeriesKey } from '../encode/series-key.ts';
import type { Layout } from '../movebank/layout.ts';
import { type JoinedReference, unpackDeployments } from '../movebank/reference.ts';

/** As much of a series as is needed here. */
interface KnownSeries {
  readonly key: string;
  readonly rows: number;
}

/**
 * @param series of all rows that are no rejects
 * @param unclearRows how many of them are in no deployment of their animal and tag, or in several that differ
 * @returns sentences
 */
export function referenceNotes(
  { columns }: Layout,
  reference: JoinedReference,
  series: Iterable<KnownSeries>,
  unclearRows: number,
): string[] {
  const keyOf = (column: number): string => {
    const role = columns[column];
    return role?.role === 'tag' ? role.key : '';
  };
  const [animalKey, tagKey] = [keyOf(reference.animalColumn), keyOf(reference.tagColumn)];
  const deployments = unpackDeployments(reference.deployments);
  const told = new Set(deployments.map(({ animal, tag }) => pairOf(animal, tag)));
  const met = new Set<string>();
  const untold = new Map<string, string>();
  let rows = 0;
  for (const one of series) {
    const { tags } = readSeriesKey(one.key);
    const animal = tags.get(animalKey);
    if (animal === undefined) continue;
    const tag = reference.tagColumn < 0 ? undefined : (tags.get(tagKey) ?? '');
    const pairs = [pairOf(animal, tag), pairOf(animal, undefined)];
    for (const pair of pairs) met.add(pair);
    if (pairs.some((pair) => told.has(pair))) continue;
    untold.set(pairOf(animal, tag), nameOf(animal, tag));
    rows += one.rows;
  }
  const notes: string[] = [];
  if (untold.size > 0) {
    const what = reference.tagColumn < 0 ? 'animals' : 'animals with their tags';
    notes.push(
      `${counted(rows, 'row')} of ${what} that the reference data do not have, written without: ${clipNames([...untold.values()])}`,
    );
  }
  const absent = deployments.filter(({ animal, tag }) => !met.has(pairOf(animal, tag)));
  if (absent.length > 0) {
    const names = [...new Set(absent.map(({ animal, tag }) => nameOf(animal, tag)))];
    notes.push(
      `${absent.length} of ${counted(deployments.length, 'deployment')} in the reference data without a row in the export: ${clipNames(names)}`,
    );
  }
  if (unclearRows > 0) {
    notes.push(
      `${counted(unclearRows, 'row')} in no deployment of their animal and tag, or in several at once: what these differ in was left out`,
    );
  }
  return notes;
}

function nameOf(animal: string, tag: string | undefined): string {
  return tag === undefined || tag === '' ? animal : `${animal} (tag ${tag})`;
}
