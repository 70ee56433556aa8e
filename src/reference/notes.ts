// What became of the join, once all rows were read: which animals have no
// deployment, and which deployments no animal.

import { clipNames } from '../clip.ts';
import { counted } from '../counted.ts';
import { byPair, pairOf } from '../encode/deployments.ts';
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

/**
 * Each file's rows get their own; a mapping has one list of deployments for all.
 *
 * @param references of the files of a run
 * @returns a sentence where a mapping cannot tell deployments of several files apart
 */
export function sharedPairsNote(references: readonly (JoinedReference | undefined)[]): string[] {
  const distinct = new Map(
    references.flatMap((one) => (one === undefined ? [] : [[one.hash, unpackDeployments(one.deployments)] as const])),
  );
  const told = new Map<string, Set<string>>();
  const names = new Map<string, string>();
  for (const deployments of distinct.values()) {
    for (const [pair, those] of byPair(deployments)) {
      const [{ animal, tag } = { animal: '', tag: undefined }] = those;
      names.set(pair, nameOf(animal, tag));
      told.set(pair, (told.get(pair) ?? new Set()).add(JSON.stringify(those)));
    }
  }
  const shared = [...told].flatMap(([pair, ways]) => (ways.size > 1 ? [names.get(pair) ?? ''] : []));
  if (shared.length === 0) return [];
  return [
    `The reference data of several exports tell other things of ${clipNames(shared)}. Each export's rows get those of their own; the mapping that is written cannot tell them apart, so load mended rejects with --reference and the file of their export too`,
  ];
}
