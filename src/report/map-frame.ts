// The part of the world that a map shows, and how it is projected.
//
// Up to most of a hemisphere: Lambert's azimuthal equal-area projection about the
// middle of the data, which knows no antimeridian and no difference between the
// poles and elsewhere. Beyond: Equal Earth, cut where there are fewest fixes.

import { max } from 'd3-array';
import { type GeoProjection, geoAzimuthalEqualArea, geoDistance, geoEqualEarth } from 'd3-geo';
import { type Animal, EARTH_RADIUS_KM } from './animal.ts';
import { latitude, longitude } from './words.ts';

export const MAP_WIDTH = 800;
const LOWEST_HEIGHT = 440;
const GREATEST_HEIGHT = 760;
/** Between the outermost fixes and the frame. */
const PADDING = 44;
/** Animals that stay where they are get a map of so much at least. */
const SMALLEST_WIDTH_KM = 0.2;
const GREATEST_RADIUS = (80 * Math.PI) / 180;

/** Degrees; data about a pole are shown from right above it. */
const NEARLY_POLE = 80;

/** Degrees from the centre within which land is drawn, at least and at most. */
const LEAST_CLIP = 2;
const GREATEST_CLIP = 175;

type Place = readonly [longitude: number, latitude: number];

export interface MapFrame {
  /** `[longitude, latitude]` to px from the frame's top left corner. */
  readonly projection: GeoProjection;
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly centre: Place;
  /** At the centre. */
  readonly kmPerPx: number;
  /** The longitude where the world is cut; undefined where it is not. */
  readonly cut: number | undefined;
}

/** Find the frame that holds all fixes of `animals`, of which there is one at least. */
export function frameOf(animals: readonly Animal[]): MapFrame {
  const places = animals.flatMap(({ longitudes, latitudes }) => Array.from(longitudes, (x, i): Place => [x, latitudes[i] as number]));
  const centre = middleOf(places);
  const radius = max(places, (place) => geoDistance([...centre], [...place])) ?? 0;
  return radius <= GREATEST_RADIUS ? regional(places, centre) : global(places);
}

function regional(places: readonly Place[], centre: Place): MapFrame {
  const projection = geoAzimuthalEqualArea().rotate([-centre[0], -centre[1]]);
  const name = `Lambert azimuthal equal-area about ${latitude(centre[1], 1)}, ${longitude(centre[0], 1)}`;
  const fit = fitted(projection, places);
  // What lies on the other side of the globe would be drawn all round the map, and across it.
  projection.clipAngle(Math.max(LEAST_CLIP, 1.1 * cornerAngle(projection, fit, centre)));
  return { ...fit, name, centre, cut: undefined };
}

/** Degrees from the centre to the farthest corner of the frame, which may lie beyond the globe. */
function cornerAngle(projection: GeoProjection, { width, height }: Pick<MapFrame, 'width' | 'height'>, centre: Place): number {
  const corners: [number, number][] = [0, width].flatMap((x) => [0, height].map((y): [number, number] => [x, y]));
  const angles = corners.map((corner) => {
    const place = projection.invert?.(corner) ?? [Number.NaN, Number.NaN];
    return Number.isFinite(place[0]) ? (geoDistance([...centre], place) * 180) / Math.PI : GREATEST_CLIP;
  });
  return Math.min(GREATEST_CLIP / 1.1, max(angles) ?? GREATEST_CLIP);
}

function global(places: readonly Place[]): MapFrame {
  const middle = middleLongitude(places.map(([longitude]) => longitude));
  const projection = geoEqualEarth().rotate([-middle, 0]);
  return { ...fitted(projection, places), name: `Equal Earth about ${longitude(middle, 0)}`, centre: [middle, 0], cut: middle + 180 };
}

/** Scale and move `projection` until the places fill a frame. */
function fitted(projection: GeoProjection, places: readonly Place[]): Pick<MapFrame, 'projection' | 'width' | 'height' | 'kmPerPx'> {
  projection.scale(1).translate([0, 0]).precision(0);
  const [left, right, top, bottom] = boundsOf(places.map((place) => projection([...place]) ?? [0, 0]));
  const least = SMALLEST_WIDTH_KM / EARTH_RADIUS_KM;
  const [wide, high] = [Math.max(right - left, least), Math.max(bottom - top, least)];
  const inside = MAP_WIDTH - 2 * PADDING;
  const height = Math.round(Math.min(GREATEST_HEIGHT, Math.max(LOWEST_HEIGHT, (inside * high) / wide + 2 * PADDING)));
  const scale = Math.min(inside / wide, (height - 2 * PADDING) / high);
  projection.translate([MAP_WIDTH / 2 - (scale * (left + right)) / 2, height / 2 - (scale * (top + bottom)) / 2]);
  projection.scale(scale).precision(0.3);
  return { projection, width: MAP_WIDTH, height, kmPerPx: EARTH_RADIUS_KM / scale };
}

/** `[least x, greatest x, least y, greatest y]` */
function boundsOf(points: readonly (readonly [number, number])[]): [number, number, number, number] {
  const bounds: [number, number, number, number] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const [x, y] of points) {
    if (x < bounds[0]) bounds[0] = x;
    if (x > bounds[1]) bounds[1] = x;
    if (y < bounds[2]) bounds[2] = y;
    if (y > bounds[3]) bounds[3] = y;
  }
  return bounds;
}

/** The middle of the smallest cap of the globe that holds all places, or a pole near it: move ever less towards the farthest (Bădoiu and Clarkson 2003). */
function middleOf(places: readonly Place[]): Place {
  const vectors = places.map(([x, y]) => {
    const [lambda, phi] = [(x * Math.PI) / 180, (y * Math.PI) / 180];
    return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)] as const;
  });
  let [x, y, z]: readonly [number, number, number] = vectors[0] ?? [1, 0, 0];
  for (let step = 2; step < 200; step++) {
    let farthest: readonly [number, number, number] = [x, y, z];
    let most = -1;
    for (const vector of vectors) {
      const distance = (vector[0] - x) ** 2 + (vector[1] - y) ** 2 + (vector[2] - z) ** 2;
      if (distance > most) [most, farthest] = [distance, vector];
    }
    x += (farthest[0] - x) / step;
    y += (farthest[1] - y) / step;
    z += (farthest[2] - z) / step;
  }
  const latitude = (Math.atan2(z, Math.hypot(x, y)) * 180) / Math.PI;
  if (Math.abs(latitude) > NEARLY_POLE) return [0, 90 * Math.sign(latitude)];
  return [(Math.atan2(y, x) * 180) / Math.PI, latitude];
}

/** Opposite to the middle of the widest range of longitudes without a place. */
function middleLongitude(longitudes: readonly number[]): number {
  const sorted = Float64Array.from(longitudes).sort();
  let [widest, middle] = [-1, 0];
  for (const [i, from] of sorted.entries()) {
    const to = sorted[i + 1] ?? (sorted[0] as number) + 360;
    if (to - from > widest) [widest, middle] = [to - from, (from + to) / 2];
  }
  return middle > 0 ? middle - 180 : middle + 180;
}
