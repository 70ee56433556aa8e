// A bar as long as a round distance, and a globe that says where in the world a map is.

import { geoOrthographic, geoPath } from 'd3-geo';
import { EARTH_RADIUS_KM } from './animal.ts';
import { landOf, readWorld } from './coast.ts';
import type { MapFrame } from './map-frame.ts';
import { type Markup, markup } from './markup.ts';
import { PixelPath } from './pixel-path.ts';
import { distance } from './words.ts';

const LONGEST_PX = 170;
/** A wider map has no one scale. */
const WIDEST_KM = 9000;
const MARGIN = 16;
const GLOBE_RADIUS = 46;
/** px of the corner that the globe takes. */
export const GLOBE_SIDE: number = 2 * (GLOBE_RADIUS + 10);
/** A wider map shows by itself where it is. */
const WIDEST_WITH_GLOBE_KM = 3500;
const SMALLEST_SPOT = 4;

/** Nothing for a map of half the world. */
export function scaleBarOf({ kmPerPx, width, height }: MapFrame): Markup | undefined {
  if (kmPerPx * width > WIDEST_KM) return undefined;
  const longest = LONGEST_PX * kmPerPx;
  const power = 10 ** Math.floor(Math.log10(longest));
  const km = power * ([5, 2, 1].find((digit) => digit * power <= longest) ?? 1);
  const length = km / kmPerPx;
  const right = width - MARGIN;
  const y = height - 26;
  return markup`<g class="scale-bar"><path d="M${(right - length).toFixed(1)},${y - 6}V${y}H${right}V${y - 6}"/>
<text x="${(right - length / 2).toFixed(1)}" y="${y - 7}" text-anchor="middle">${distance(km)}</text></g>`;
}

/** Whether a map is so small a part of the world that a globe is of use. */
export function wantsGlobe({ kmPerPx, width }: MapFrame): boolean {
  return kmPerPx * width <= WIDEST_WITH_GLOBE_KM;
}

/** @param isRight at the top right, rather than the left */
export function drawGlobe({ kmPerPx, width, centre }: MapFrame, isRight: boolean): Markup {
  const middle = GLOBE_SIDE / 2;
  // Not from straight above, so that the Arctic is seen with what is around it.
  const projection = geoOrthographic()
    .rotate([-centre[0], -centre[1] * 0.7])
    .scale(GLOBE_RADIUS)
    .translate([isRight ? width - middle : middle, middle]);
  const path = new PixelPath();
  geoPath(projection, path)(landOf(readWorld('110m')));
  const [x, y] = projection([...centre]) ?? [0, 0];
  const spot = Math.max(SMALLEST_SPOT, ((kmPerPx * width) / 2 / EARTH_RADIUS_KM) * GLOBE_RADIUS);
  const [globeX, globeY] = projection.translate();
  return markup`<g class="globe"><circle class="sea" cx="${globeX}" cy="${globeY}" r="${GLOBE_RADIUS}"/>
<path class="land" d="${path.d}"/><circle class="rim" cx="${globeX}" cy="${globeY}" r="${GLOBE_RADIUS}"/>
<circle class="spot" cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${spot.toFixed(1)}"/></g>`;
}
