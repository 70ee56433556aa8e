// Parallels and meridians of a map, with their degrees where they meet its left and its lower edge.

import { geoPath } from 'd3-geo';
import type { MapFrame } from './map-frame.ts';
import { type Markup, markup } from './markup.ts';
import { PixelPath } from './pixel-path.ts';
import { latitude, longitude } from './words.ts';

/** Degrees between two lines. */
const STEPS = [30, 15, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002];
/** There are at least so many parallels and so many meridians, if the steps allow. */
const LEAST_LINES = 3;
const SAMPLES = 60;
/** px from a corner, where a degree would run into another. */
const CORNER = 24;

interface Line {
  readonly label: string;
  /** `[longitude, latitude]` */
  readonly places: readonly (readonly [number, number])[];
}

interface Extent {
  readonly south: number;
  readonly north: number;
  /** West of east, and so may lie beyond 180. */
  readonly west: number;
  readonly east: number;
}

/** A corner of the frame, px. */
export interface Corner {
  readonly isRight: boolean;
  readonly side: number;
}

/** Draw the lines and, `labels`, their degrees. @param taken the corner at the top where there is no room for them */
export function graticuleOf(frame: MapFrame, taken: Corner | undefined): { readonly lines: Markup; readonly labels: Markup } {
  const extent = visible(frame);
  const parallels = linesOf(extent.south, extent.north, (degrees, decimals) => ({
    label: latitude(degrees, decimals),
    places: along(extent.west, extent.east, (x) => [x, degrees]),
  }));
  const meridians = linesOf(extent.west, extent.east, (degrees, decimals) => ({
    label: longitude(degrees, decimals),
    places: along(extent.south, extent.north, (y) => [degrees, y]),
  }));
  const path = new PixelPath();
  const { projection, width, height } = frame;
  projection.clipExtent([
    [0, 0],
    [width, height],
  ]);
  const coordinates = [...parallels, ...meridians].map(({ places }) => places.map((place) => [...place]));
  geoPath(projection, path)({ type: 'MultiLineString', coordinates });
  projection.clipExtent(null);
  const labels = [
    ...parallels.map(({ label, places }) => drawLabel(label, exitOf(places, ['left', 'right', 'top']))),
    ...meridians.map(({ label, places }) => drawLabel(label, exitOf(places, ['bottom', 'top', 'left', 'right']))),
  ];
  return { lines: markup`<path class="graticule" d="${path.d}"/>`, labels: markup`${labels}` };

  /** Where a line leaves the frame, by the first of `edges` that it crosses with room for a label; undefined where by none. */
  function exitOf(places: Line['places'], edges: readonly Edge[]): Exit | undefined {
    const points = places.map(([x, y]): [number, number] => projection([x, y]) ?? [Number.NaN, Number.NaN]);
    for (const edge of edges) {
      const exit = exitBy(edge, frame, points);
      if (exit !== undefined && !isWithin(exit, taken, width)) return exit;
    }
    return undefined;
  }
}

function isWithin({ x, y }: Exit, corner: Corner | undefined, width: number): boolean {
  return corner !== undefined && y < corner.side && (corner.isRight ? x > width - corner.side : x < corner.side);
}

type Edge = 'left' | 'right' | 'top' | 'bottom';

/** Where a line leaves the frame. */
interface Exit {
  readonly edge: Edge;
  readonly x: number;
  readonly y: number;
}

/** Inside the frame, beside its line. */
function drawLabel(label: string, exit: Exit | undefined): Markup | undefined {
  if (exit === undefined) return undefined;
  const { edge, x, y } = exit;
  const left = { left: x + 5, right: x - 5, top: x + 4, bottom: x + 4 }[edge];
  const base = { left: y - 4, right: y - 4, top: y + 14, bottom: y - 6 }[edge];
  return markup`<text class="degree" x="${left.toFixed(1)}" y="${base.toFixed(1)}"${edge === 'right' ? markup` text-anchor="end"` : undefined}>${label}</text>`;
}

/** The degrees that can be seen in the frame. */
function visible({ projection, width, height, centre: [middle] }: MapFrame): Extent {
  const seen = Array.from({ length: 21 * 21 }, (_, i) => projection.invert?.([((i % 21) / 20) * width, (Math.floor(i / 21) / 20) * height]))
    .filter((place) => place !== undefined && place !== null)
    .filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
  const latitudes = seen.map(([, y]) => y);
  // As turned from the middle, so that the antimeridian is a meridian like others.
  const turned = seen.map(([x]) => x - middle - 360 * Math.round((x - middle) / 360));
  const isSeen = (pole: number): boolean => {
    const [x, y] = projection([0, pole]) ?? [-1, -1];
    return x >= 0 && x <= width && y >= 0 && y <= height;
  };
  const hasPole = isSeen(90) || isSeen(-90);
  return {
    south: isSeen(-90) ? -90 : Math.min(...latitudes),
    north: isSeen(90) ? 90 : Math.max(...latitudes),
    west: middle + (hasPole ? -180 : Math.min(...turned)),
    east: middle + (hasPole ? 180 : Math.max(...turned)),
  };
}

function linesOf(from: number, to: number, line: (degrees: number, decimals: number) => Line): Line[] {
  const step = STEPS.find((step) => Math.floor(to / step) - Math.ceil(from / step) + 1 >= LEAST_LINES) ?? (STEPS.at(-1) as number);
  const decimals = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.max(0, Math.floor(to / step) - first + 1) }, (_, i) => line((first + i) * step, decimals));
}

function along(from: number, to: number, place: (degrees: number) => [number, number]): [number, number][] {
  return Array.from({ length: SAMPLES + 1 }, (_, i) => place(from + ((to - from) * i) / SAMPLES));
}

/** Where the line through `points` crosses an edge, away from its ends. */
function exitBy(edge: Edge, { width, height }: MapFrame, points: readonly (readonly [number, number])[]): Exit | undefined {
  const [across, along] = edge === 'left' || edge === 'right' ? ([0, 1] as const) : ([1, 0] as const);
  const at = { left: 0, right: width, top: 0, bottom: height }[edge];
  const length = across === 0 ? height : width;
  for (const [i, now] of points.entries()) {
    const before = points[i - 1];
    if (before === undefined || before[across] < at === now[across] < at) continue;
    const share = (at - before[across]) / (now[across] - before[across]);
    const place = before[along] + share * (now[along] - before[along]);
    // Where the world is cut a line would seem to cross it.
    const isStep = Math.hypot(now[0] - before[0], now[1] - before[1]) < length;
    if (isStep && place > CORNER && place < length - 2 * CORNER)
      return across === 0 ? { edge, x: at, y: place } : { edge, x: place, y: at };
  }
  return undefined;
}
