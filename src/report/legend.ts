// The list of animals: the colours of their lines, and, where the page's script runs, switches.

import { count } from '../counted.ts';
import { type Animal, nameOf } from './animal.ts';
import { colourClass } from './map.ts';
import { type Markup, markup } from './markup.ts';

export function drawLegend(animals: readonly Animal[]): Markup {
  const hasStudies = new Set(animals.map(({ study }) => study)).size > 1;
  const items = animals.map((animal) => {
    const study =
      hasStudies && animal.study !== undefined
        ? markup` <span class="study"><bdi>${nameOf({ name: animal.study })}</bdi></span>`
        : undefined;
    return markup`<li data-animal="${animal.index}"><label><input type="checkbox" checked><svg class="swatch ${colourClass(animal)}" viewBox="0 0 14 14" aria-hidden="true"><rect y="4" width="14" height="6"/></svg><bdi class="name">${nameOf(animal)}</bdi>${study}<span class="fixes">${count(animal.fixes)}</span></label></li>
`;
  });
  return markup`<section class="legend" aria-labelledby="animals-shown"><h3 id="animals-shown">Animals <small>and their fixes</small></h3>
<div class="tools"><label>Find <input type="search" id="find" autocomplete="off" spellcheck="false"></label>
<button type="button" id="all">Show all</button><button type="button" id="none">Hide all</button></div>
<ul>
${items}</ul>
<p class="tools" id="shown" role="status"></p></section>`;
}
