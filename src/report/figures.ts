// The figures of the page: the map with its list of animals, and the charts.

import { sum } from 'd3-array';
import { count, counted } from '../counted.ts';
import type { Animal } from './animal.ts';
import { drawLegend } from './legend.ts';
import { COLOURS, type DrawnMap, drawMap } from './map.ts';
import { type Markup, markup } from './markup.ts';
import { drawMonths, MOST_ROWS } from './month-chart.ts';
import { drawTimeChart, type TimeChart, timeScale } from './time-chart.ts';
import { latitude, rounded } from './words.ts';

/** Beside the animals that are drawn: how many there are, and fixes of all of them, and how many of these are drawn. */
export interface Whole {
  readonly animals: number;
  readonly fixes: number;
  readonly drawnFixes: number;
}

const CHARTS: readonly (TimeChart & { readonly title: string; readonly caption: string })[] = [
  {
    kind: 'latitude',
    title: 'Latitude',
    caption: 'Degrees north, over time.',
    label: 'Latitude over time',
    valuesOf: ({ latitudes }) => latitudes,
    tickWords: latitude,
  },
  {
    kind: 'displacement',
    title: 'Net displacement',
    caption: 'Kilometres from the animal’s first fix, along the great circle.',
    label: 'Net displacement over time',
    valuesOf: ({ displacementsKm }) => displacementsKm,
    tickWords: rounded,
    fromZero: true,
  },
  {
    kind: 'speed',
    title: 'Speed',
    caption: 'Metres per second in a straight line between two fixes that are drawn one after the other, on a square-root scale.',
    label: 'Speed over time',
    valuesOf: ({ speeds }) => speeds,
    tickWords: rounded,
    isSpread: true,
    fromZero: true,
  },
];

/** All figures of `animals`, which have a fix at least. */
export function figuresOf(animals: readonly Animal[], whole: Whole): Markup {
  const time = timeScale(animals);
  const months = drawMonths(animals, 'Fixes by animal and month');
  return markup`${mapFigure(animals, whole)}
<p class="tools" id="readout" role="status"></p>
${CHARTS.filter(({ valuesOf }) => animals.some((animal) => valuesOf(animal).some(Number.isFinite))).map(({ title, caption, ...chart }) => figure(title, caption, undefined, drawTimeChart(animals, time, chart)))}${
  months &&
  figure(
    'Fixes per animal and month',
    `All fixes, UTC months.${animals.length > MOST_ROWS ? ` The ${MOST_ROWS} animals with most fixes.` : ''}`,
    months.key,
    months.svg,
  )
}`;
}

function figure(title: string, caption: string, key: Markup | undefined, drawing: Markup): Markup {
  return markup`<figure><figcaption><h2>${title}</h2> ${caption}</figcaption>${key}
<div class="scroll" tabindex="0" role="group" aria-label="${title}">${drawing}</div></figure>
`;
}

function mapFigure(animals: readonly Animal[], whole: Whole): Markup {
  const map = drawMap(animals, `Map of the tracks of ${counted(animals.length, 'animal')}`);
  return markup`<figure class="wide"><figcaption><h2>Tracks</h2> ${groundOf(map)}</figcaption>
<div class="beside"><div><div class="map-box" tabindex="0" role="group" aria-label="Map of tracks. Arrow left and right go from fix to fix, up and down from animal to animal.">${map.svg}</div>
<ul class="key"><li><svg class="swatch c0" viewBox="0 0 14 14" aria-hidden="true"><circle class="start" cx="7" cy="7" r="4.5"/></svg>first fix</li><li><svg class="swatch c0" viewBox="0 0 14 14" aria-hidden="true"><rect class="end" x="3" y="3" width="8" height="8"/></svg>last fix</li></ul>
<p>${remarks(animals, whole).join(' ')}</p></div>
${drawLegend(animals)}</div></figure>`;
}

function groundOf({ frame, coast }: DrawnMap): string {
  if (coast !== undefined) return `${frame.name}. Land and borders: Natural Earth, ${coast.scale}.`;
  return `${frame.name}. The map is too close for a coastline: the best of Natural Earth’s are right to about a kilometre.`;
}

/** What is drawn and what is not. */
function remarks(animals: readonly Animal[], whole: Whole): string[] {
  const { fixes, drawnFixes } = whole;
  const outliers = sum(animals, (animal) => animal.outliers);
  const nullIslands = sum(animals, (animal) => animal.nullIslands);
  const sentences = [
    drawnFixes < fixes
      ? `Drawn from ${count(drawnFixes)} of ${count(fixes)} fixes: in each span of time the first, the last, the northernmost, southernmost, easternmost and westernmost of an animal’s.`
      : 'All fixes are drawn.',
    'Lines are broken at gaps of more than a day and of more than ten of the animal’s median intervals.',
  ];
  if (outliers > 0) sentences.push(`Left out: ${counted(outliers, 'fix', 'fixes')} marked as outliers.`);
  if (nullIslands > 0) sentences.push(`Left out: ${counted(nullIslands, 'fix', 'fixes')} at latitude 0, longitude 0.`);
  if (whole.animals > animals.length) {
    const [drawn, others] = [animals.length, whole.animals - animals.length].map(count);
    sentences.push(`The ${drawn} animals with most fixes are drawn; the other ${others} are not.`);
  }
  if (animals.length > COLOURS) sentences.push(`There are ${COLOURS} colours, which are taken again for further animals.`);
  return sentences;
}
