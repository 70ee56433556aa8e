// The map: land, graticule, and a line for each animal.
//
// Every fix is one vertex of its animal's path, in the order of the page's data:
// an M where a line begins, else an L. The page's script reads the places of the
// fixes off the paths.

import { geoPath } from 'd3-geo';
import type { Animal } from './animal.ts';
import { type Coast, coastOf } from './coast.ts';
import { graticuleOf } from './graticule.ts';
import { frameOf, type MapFrame } from './map-frame.ts';
import { type Markup, markup } from './markup.ts';
import { DOT, PixelPath, point } from './pixel-path.ts';
import { drawGlobe, GLOBE_SIDE, scaleBarOf, wantsGlobe } from './scale-bar.ts';

/** Colours of the page; animals of more take them again. */
export const COLOURS = 7;

export interface DrawnMap {
  readonly svg: Markup;
  readonly frame: MapFrame;
  readonly coast: Coast | undefined;
}

/** Draw the fixes of `animals`, of which there is one at least. */
export function drawMap(animals: readonly Animal[], label: string): DrawnMap {
  const frame = frameOf(animals);
  const { width, height } = frame;
  const coast = coastOf(frame);
  const located = animals.filter(({ firstFix }) => firstFix >= 0);
  const corner = wantsGlobe(frame) ? { isRight: isRightEmptier(located, frame), side: GLOBE_SIDE } : undefined;
  const { lines, labels } = graticuleOf(frame, corner);
  const markRadius = located.length > 200 ? 1.8 : located.length > 40 ? 2.6 : 4;
  const svg = markup`<svg class="map" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">
<clipPath id="frame"><rect width="${width}" height="${height}"/></clipPath>
<g clip-path="url(#frame)">${coast?.globe === undefined ? markup`<rect class="sea" width="${width}" height="${height}"/>` : markup`<path class="sea" d="${coast.globe}"/>`}
${coast === undefined ? undefined : markup`<path class="land" d="${coast.land}"/><path class="border" d="${coast.borders}"/>`}${lines}
<g class="tracks">
${located.map((animal) => drawLine(animal, frame))}</g>
<g class="marks">
${located.map((animal) => drawMarks(animal, frame, markRadius))}</g>
${labels}${scaleBarOf(frame)}${corner && drawGlobe(frame, corner.isRight)}
<circle class="cursor" r="6" visibility="hidden"/></g>
<rect class="frame" x=".5" y=".5" width="${width - 1}" height="${height - 1}"/></svg>`;
  return { svg, frame, coast };
}

/** The class of an animal's colour. */
export function colourClass({ index }: Animal): string {
  return `c${index % COLOURS}`;
}

function drawLine(animal: Animal, frame: MapFrame): Markup {
  let d = '';
  let isAlone = false;
  for (const fix of animal.timesMs.keys()) {
    const isBegin = animal.begins[fix] === 1 || isCut(animal, fix, frame.cut);
    // A line of one fix is a dot.
    if (isBegin && isAlone) d += DOT;
    isAlone = isBegin;
    d += (isBegin ? 'M' : 'L') + point(...positionOf(animal, fix, frame));
  }
  if (isAlone) d += DOT;
  const stubs = stubsOf(animal, frame);
  const stubPath = stubs === '' ? undefined : markup`<path class="stub" d="${stubs}"/>`;
  return markup`<g class="animal ${colourClass(animal)}" data-animal="${animal.index}"><path class="track" d="${d}"/>${stubPath}</g>
`;
}

function drawMarks(animal: Animal, frame: MapFrame, radius: number): Markup {
  const [startX, startY] = positionOf(animal, animal.firstFix, frame);
  const [endX, endY] = positionOf(animal, animal.lastFix, frame);
  const side = radius * 1.9;
  return markup`<g class="animal ${colourClass(animal)}" data-animal="${animal.index}"><circle class="start" cx="${startX.toFixed(1)}" cy="${startY.toFixed(1)}" r="${radius}"/><rect class="end" x="${(endX - side / 2).toFixed(1)}" y="${(endY - side / 2).toFixed(1)}" width="${side.toFixed(1)}" height="${side.toFixed(1)}"/></g>
`;
}

function positionOf({ longitudes, latitudes }: Animal, fix: number, { projection }: MapFrame): [number, number] {
  return projection([longitudes[fix] as number, latitudes[fix] as number]) ?? [0, 0];
}

/** Whether the way to `fix` from the one before crosses the meridian where the world is cut. */
function isCut({ longitudes }: Animal, fix: number, cut: number | undefined): boolean {
  if (cut === undefined || fix === 0) return false;
  const turned = (longitude: number): number => longitude - cut - 360 * Math.floor((longitude - cut) / 360);
  return Math.abs(turned(longitudes[fix] as number) - turned(longitudes[fix - 1] as number)) > 180;
}

/** What leads to the edges of a world that is cut, from the last fix before and to the first after. */
function stubsOf(animal: Animal, { projection, cut }: MapFrame): string {
  const path = new PixelPath();
  const draw = geoPath(projection, path);
  for (const fix of animal.timesMs.keys()) {
    if (animal.begins[fix] === 1 || !isCut(animal, fix, cut)) continue;
    const coordinates = [fix - 1, fix].map((i) => [animal.longitudes[i] as number, animal.latitudes[i] as number]);
    draw({ type: 'LineString', coordinates });
  }
  return path.d;
}

/** Whether fewer fixes lie at the top right of the map than at the top left. */
function isRightEmptier(animals: readonly Animal[], frame: MapFrame): boolean {
  let balance = 0;
  for (const animal of animals) {
    for (const fix of animal.timesMs.keys()) {
      const [x, y] = positionOf(animal, fix, frame);
      if (y < GLOBE_SIDE) balance += x < GLOBE_SIDE ? 1 : x > frame.width - GLOBE_SIDE ? -1 : 0;
    }
  }
  return balance >= 0;
}
