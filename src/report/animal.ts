// An animal as the page shows it: all its tracks in one list of fixes, with the places where its line is broken.

import { greatest, greatestIndex, group, max, min, rollup, sum } from 'd3-array';
import { geoDistance } from 'd3-geo';
import { sensorName } from '../movebank/sensor-types.ts';
import type { Track } from '../survey/track.ts';
import { DAY_MS } from './words.ts';

export const EARTH_RADIUS_KM: number = 6371.0088;
/** A line goes over no gap of more than a day, or of so many of the track's usual intervals where those are longer. */
const LONG_GAP_INTERVALS = 10;

const SHOWN_CHARS = 80;

export interface Gap {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Animal {
  /** Its place in the page's list, from 0; it decides the colour. */
  readonly index: number;
  /** As in the export; where it has none, the tags of the series. Empty where there are none either. */
  readonly name: string;
  readonly study: string | undefined;
  readonly sensors: readonly string[];
  readonly rows: number;
  readonly fixes: number;
  readonly outliers: number;
  readonly nullIslands: number;
  /** Of all fixes; undefined where there is none. */
  readonly firstMs: number | undefined;
  readonly lastMs: number | undefined;
  /** Of the track with most fixes. */
  readonly medianIntervalMs: number | undefined;
  /** Those over which no line goes, longest first. */
  readonly gaps: readonly Gap[];
  /** Fixes by months since 1970-01. */
  readonly months: ReadonlyMap<number, number>;
  /** The fixes that are drawn: track after track, each in time order. ms UTC, degrees. */
  readonly timesMs: Float64Array;
  readonly latitudes: Float64Array;
  readonly longitudes: Float64Array;
  /** By fix: 1 where a new line begins. */
  readonly begins: Uint8Array;
  /** By fix: km from the animal's first. */
  readonly displacementsKm: Float64Array;
  /** By fix: m/s in a straight line from the fix before it; NaN where a line begins. */
  readonly speeds: Float64Array;
  /** The fixes of the earliest and of the latest time; -1 where there is none. */
  readonly firstFix: number;
  readonly lastFix: number;
}

/** Put tracks of one study and name together, animals of most fixes first, of each its first track first. */
export function tracksByAnimal(tracks: readonly Track[]): (readonly Track[])[] {
  const own = group(tracks, ({ study, individual, key }) => JSON.stringify(individual === undefined ? [key] : [study, individual]));
  return Array.from(own.values(), (together) => together.toSorted((a, b) => (a.timesMs[0] ?? 0) - (b.timesMs[0] ?? 0))).sort(
    (a, b) => total(b, 'fixes') - total(a, 'fixes') || total(b, 'rows') - total(a, 'rows'),
  );
}

/** @param tracks one animal's, as `tracksByAnimal` gives them */
export function animalOf(tracks: readonly Track[], index: number): Animal {
  const timesMs = joined(tracks.map((track) => track.timesMs));
  const latitudes = joined(tracks.map((track) => track.latitudes));
  const longitudes = joined(tracks.map((track) => track.longitudes));
  const begins = lineBegins(tracks, timesMs);
  const distanceKm = (a: number, b: number): number => kmBetween(latitudes, longitudes, a, b);
  const fixes = Array.from(timesMs.keys());
  const largest = greatest(tracks, ({ fixes }) => fixes);
  return {
    index,
    name: tracks[0]?.individual ?? tagsOf(tracks[0]?.key ?? ''),
    study: tracks[0]?.study,
    sensors: [...new Set(tracks.flatMap(({ sensor }) => (sensor === undefined ? [] : sensorName(sensor))))],
    rows: total(tracks, 'rows'),
    fixes: total(tracks, 'fixes'),
    outliers: total(tracks, 'outliers'),
    nullIslands: total(tracks, 'nullIslands'),
    firstMs: min(tracks, (track) => track.firstMs),
    lastMs: max(tracks, (track) => track.lastMs),
    medianIntervalMs: largest?.medianIntervalMs,
    gaps: tracks
      .flatMap((track) => track.gaps.filter(({ fromMs, toMs }) => toMs - fromMs > longGapMs(track)))
      .sort((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs)),
    months: rollup(
      tracks.flatMap(({ months }) => months),
      (counts) => sum(counts, ([, fixes]) => fixes),
      ([month]) => month,
    ),
    timesMs,
    latitudes,
    longitudes,
    begins,
    displacementsKm: Float64Array.from(fixes, (fix) => distanceKm(0, fix)),
    speeds: Float64Array.from(fixes, (fix) => {
      const seconds = ((timesMs[fix] as number) - (timesMs[fix - 1] as number)) / 1000;
      return begins[fix] === 1 || !(seconds > 0) ? Number.NaN : (distanceKm(fix - 1, fix) * 1000) / seconds;
    }),
    firstFix: fixes.length > 0 ? 0 : -1,
    lastFix: greatestIndex(timesMs) ?? -1,
  };
}

/** What the page calls an animal: a hostile file's name is of any length. */
export function nameOf({ name }: Pick<Animal, 'name'>): string {
  if (name === '') return 'without a name';
  return name.length <= SHOWN_CHARS ? name : `${name.slice(0, SHOWN_CHARS).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** The tag set of a series key, in words. */
function tagsOf(key: string): string {
  const tags = key.split(/(?<!\\),/).slice(1);
  return tags.map((tag) => tag.replaceAll(/\\(.)/g, '$1')).join(', ');
}

/** A line begins with each track, and after each gap that is long for its track. */
function lineBegins(tracks: readonly Track[], timesMs: Float64Array): Uint8Array {
  const begins = new Uint8Array(timesMs.length);
  let start = 0;
  for (const track of tracks) {
    const { timesMs: own } = track;
    // Within a cell fixes may have been left out, so a shorter gap may be none.
    const longMs = Math.max(longGapMs(track), track.cellMs);
    for (const i of own.keys()) begins[start + i] = i === 0 || (own[i] as number) - (own[i - 1] as number) > longMs ? 1 : 0;
    start += own.length;
  }
  return begins;
}

function longGapMs({ medianIntervalMs = 0 }: Track): number {
  return Math.max(DAY_MS, LONG_GAP_INTERVALS * medianIntervalMs);
}

function kmBetween(latitudes: Float64Array, longitudes: Float64Array, a: number, b: number): number {
  const place = (fix: number): [number, number] => [longitudes[fix] as number, latitudes[fix] as number];
  return geoDistance(place(a), place(b)) * EARTH_RADIUS_KM;
}

function total(tracks: readonly Track[], what: 'rows' | 'fixes' | 'outliers' | 'nullIslands'): number {
  return sum(tracks, (track) => track[what]);
}

function joined(parts: readonly Float64Array[]): Float64Array {
  return Float64Array.from(parts.flatMap((part) => Array.from(part)));
}
