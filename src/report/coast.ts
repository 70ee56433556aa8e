// Land and borders, from Natural Earth by way of the package world-atlas, as exact as the map is close.

import { createRequire } from 'node:module';
import { type GeoPermissibleObjects, geoArea, geoPath } from 'd3-geo';
import type { MultiPolygon } from 'geojson';
import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import type { MapFrame } from './map-frame.ts';
import { PixelPath } from './pixel-path.ts';

/** Natural Earth's coastlines at 1:10 million are right to about a km: a closer map would show them where they are not. */
const CLOSEST_KM_PER_PX = 0.04;
const SCALES = [
  { scale: '10m', name: '1:10 million', upToKmPerPx: 2.5 },
  { scale: '50m', name: '1:50 million', upToKmPerPx: 14 },
  { scale: '110m', name: '1:110 million', upToKmPerPx: Number.POSITIVE_INFINITY },
] as const;

type World = Topology<{ countries: GeometryCollection; land: GeometryCollection }>;

export interface Coast {
  /** The whole globe's outline where the world is cut. */
  readonly globe: string | undefined;
  /** Paths, in px of the frame. */
  readonly land: string;
  readonly borders: string;
  /** Of the outlines. */
  readonly scale: string;
}

/** Draw the land of `frame`; undefined where the map is too close for it. */
export function coastOf(frame: MapFrame): Coast | undefined {
  if (frame.kmPerPx < CLOSEST_KM_PER_PX) return undefined;
  const { scale, name } = SCALES.find(({ upToKmPerPx }) => frame.kmPerPx < upToKmPerPx) ?? SCALES[2];
  const world = readWorld(scale);
  const { countries } = world.objects;
  return {
    globe: frame.cut === undefined ? undefined : drawn(frame, { type: 'Sphere' }),
    land: drawn(frame, landOf(world)),
    borders: drawn(
      frame,
      mesh(world, countries, (a, b) => a !== b),
    ),
    scale: name,
  };
}

/** The land of a world that was read. */
export function landOf(world: World): MultiPolygon {
  const polygons = feature(world, world.objects.land).features.flatMap(({ geometry }) =>
    geometry.type === 'MultiPolygon' ? geometry.coordinates : geometry.type === 'Polygon' ? [geometry.coordinates] : [],
  );
  // An island of world-atlas has shrunk to a line, which counts as the outline of all the rest of the globe.
  return { type: 'MultiPolygon', coordinates: polygons.filter((coordinates) => geoArea({ type: 'Polygon', coordinates }) < 2 * Math.PI) };
}

/** The world's land and countries. @param scale of Natural Earth */
export function readWorld(scale: (typeof SCALES)[number]['scale']): World {
  return createRequire(import.meta.url)(`world-atlas/countries-${scale}.json`);
}

function drawn({ projection, width, height, cut }: MapFrame, shape: GeoPermissibleObjects): string {
  const path = new PixelPath();
  // Just outside the frame, so that no edge of what is clipped is seen.
  projection.clipExtent([
    [-2, -2],
    [width + 2, height + 2],
  ]);
  const precision = projection.precision();
  // Outlines have points enough to be joined by straight lines, all but where a world is cut.
  if (cut === undefined) projection.precision(0);
  geoPath(projection, path)(shape);
  projection.clipExtent(null).precision(precision);
  return path.d;
}
