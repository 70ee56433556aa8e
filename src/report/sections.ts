// What became of the rows, and what the animals are, in tables.

import { count } from '../counted.ts';
import type { Animal } from './animal.ts';
import { type Markup, markup } from './markup.ts';
import type { PageContent } from './page.ts';
import { animalsTable, booksTable, filesTable, gapsTable, rejectsTable, sharedTimesTable } from './tables.ts';

/** @param allAnimals how many there are, those that are not listed too */
export function sectionsOf(content: PageContent, animals: readonly Animal[], allAnimals: number): Markup {
  const { books, destination, files, rejects, collisions, sharedTimes, notes } = content;
  const gaps = animals.some((animal) => animal.gaps.length > 0);
  return markup`<section><h2>Animals</h2>
${allAnimals > animals.length ? markup`<p>The ${count(animals.length)} with most fixes of ${count(allAnimals)}.</p>` : undefined}
${animalsTable(animals)}
<p class="remark">Median interval: between a fix and the next. Longest gap: of more than a day and of more than ten median intervals. Farthest: from the first fix, among those that are drawn.</p></section>
${gaps ? markup`<section><h2>Longest gaps</h2><p>Of more than a day and of more than ten of the animal’s median intervals.</p>${gapsTable(animals)}</section>` : undefined}
<section><h2>Books</h2><p>${
    destination === undefined
      ? files.length > 1
        ? 'What a load of these files would write:'
        : 'What a load of this file would write:'
      : markup`Loaded into <bdi>${destination}</bdi>:`
  }</p>${booksTable(books)}${files.length > 1 ? filesTable(files) : undefined}</section>
<section><h2>Rows of the same time</h2>${collisions.length === 0 ? markup`<p>No two rows share series and time.</p>` : markup`${collisions.map((line) => markup`<p>${line}</p>`)}${sharedTimesTable(sharedTimes, files)}`}</section>
<section><h2>Rejected rows</h2>${rejects.length === 0 ? markup`<p>None.</p>` : rejectsTable(rejects, files)}</section>
${notes.length === 0 ? undefined : markup`<section><h2>Worth knowing</h2><ul>${notes.map((note) => markup`<li>${note}</li>`)}</ul></section>`}`;
}
