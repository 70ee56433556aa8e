// What the queries must answer, computed plainly from the points that a load writes. Nothing comes from src.
//
// Input: points as `writtenPoints` gives them. Every animal has one series, as in the fixture. Times are in UTC.

import type { Point } from './read-line-protocol.ts';

const EARTH_KM = 6371.01;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface Place {
  individual: string;
  taxon: string;
  timeMs: number;
  lat: number;
  lon: number;
}

/** Points of each animal in the order of time, without those that only repeat a time. */
function pointsByAnimal(points: readonly Point[]): Map<string, Point[]> {
  const animals = new Map<string, Point[]>();
  for (const point of points.filter(({ tags }) => !tags.has('dup'))) {
    const individual = point.tags.get('individual_local_identifier') ?? '';
    animals.set(individual, [...(animals.get(individual) ?? []), point]);
  }
  const byTime = (a: Point, b: Point): number => Number(a.time) - Number(b.time);
  // The server sorts names by their bytes.
  const names = [...animals.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return new Map(names.map((name) => [name, animals.get(name)!.sort(byTime)]));
}

function placeOf({ tags, fields, time }: Point): Place[] {
  const [lat, lon] = ['lat', 'lon'].map((field) => Number(fields.get(field)?.value));
  if (lat === undefined || lon === undefined || Number.isNaN(lat + lon) || (lat === 0 && lon === 0)) return [];
  const individual = tags.get('individual_local_identifier') ?? '';
  return [{ individual, taxon: tags.get('individual_taxon_canonical_name') ?? '', timeMs: Number(time), lat, lon }];
}

/** Every place of each animal that is no outlier. */
export function fixesByAnimal(points: readonly Point[]): Place[][] {
  return [...pointsByAnimal(points).values()].map((own) =>
    own.filter(({ fields }) => fields.get('visible')?.value !== 'false').flatMap(placeOf),
  );
}

/** The first place in each window of each animal, unless the first row of the window is an outlier; its time is the window's. */
export function firstPlaces(points: readonly Point[], everyMs: number, sinceMs: number, untilMs: number): Place[][] {
  return [...pointsByAnimal(points).values()].map((own) => {
    const windows = groupBy(
      own.filter(({ time }) => Number(time) >= sinceMs && Number(time) < untilMs),
      ({ time }) => Math.floor(Number(time) / everyMs) * everyMs,
    );
    return [...windows].flatMap(([start, rows]) => {
      const located = rows.find(({ fields }) => fields.has('lat'));
      const judged = rows.find(({ fields }) => fields.has('visible'));
      if (located === undefined || judged?.fields.get('visible')?.value === 'false') return [];
      return placeOf(located).map((place) => ({ ...place, timeMs: Math.max(start, sinceMs) }));
    });
  });
}

export function countsPerMonth(points: readonly Point[]): { individual: string; month: string; fixes: number }[] {
  return [...pointsByAnimal(points)].flatMap(([individual, own]) => {
    const located = own.filter(({ fields }) => fields.has('lat'));
    const months = groupBy(located, ({ time }) => new Date(Number(time)).toISOString().slice(0, 7));
    return [...months].map(([month, rows]) => ({ individual, month, fixes: rows.length }));
  });
}

/** Along the surface of a ball, by the haversine. */
export function kmBetween(a: Pick<Place, 'lat' | 'lon'>, b: Pick<Place, 'lat' | 'lon'>): number {
  const [lat0, lat1, lon0, lon1] = [a.lat, b.lat, a.lon, b.lon].map((degrees) => (degrees * Math.PI) / 180) as [
    number,
    number,
    number,
    number,
  ];
  const h = Math.sin((lat1 - lat0) / 2) ** 2 + Math.cos(lat0) * Math.cos(lat1) * Math.sin((lon1 - lon0) / 2) ** 2;
  return 2 * EARTH_KM * Math.asin(Math.sqrt(h));
}

export function distancePerDay(fixes: readonly Place[][]): { individual: string; day: string; km: number }[] {
  return fixes.flatMap((own) => {
    const days = new Map<string, number>();
    for (const [i, place] of own.entries()) {
      const before = own[i - 1];
      if (before === undefined) continue;
      const day = new Date(place.timeMs).toISOString().slice(0, 10);
      days.set(day, (days.get(day) ?? 0) + kmBetween(before, place));
    }
    return [...days].map(([day, km]) => ({ individual: own[0]!.individual, day, km }));
  });
}

export interface Box {
  individual: string;
  box: string;
  south: number;
  north: number;
  west: number;
  east: number;
}

export function boxes(fixes: readonly Place[][]): Box[] {
  return fixes.flatMap((own) =>
    [
      { box: 'all', low: 0, high: 1 },
      { box: 'inner 95 %', low: 0.025, high: 0.975 },
    ].map(({ box, low, high }) => {
      const at = (column: 'lat' | 'lon', part: number): number =>
        quantile(
          own.map((place) => place[column]),
          part,
        );
      const { individual } = own[0]!;
      return { individual, box, south: at('lat', low), north: at('lat', high), west: at('lon', low), east: at('lon', high) };
    }),
  );
}

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = part * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return below + (above - below) * (at - Math.floor(at));
}

export interface Stay {
  individual: string;
  fromMs: number;
  toMs: number;
  lat: number;
  lon: number;
}

/** @param places the first of each hour, of each animal */
export function stays(places: readonly Place[][], days: number, radiusKm: number): Stay[] {
  return places.flatMap((own) => {
    const found: { lastSpell: number; spells: Place[][] }[] = [];
    const dayOf = ({ timeMs }: Place): number => Math.floor(timeMs / DAY_MS);
    for (const day of new Set(own.map(dayOf))) {
      const spell = own.filter((place) => dayOf(place) >= day && dayOf(place) < day + days);
      if (dayOf(spell.at(-1)!) !== day + days - 1 || diagonalKm(spell) > 2 * radiusKm) continue;
      const stay = found.at(-1);
      if (stay?.lastSpell === day - 1) {
        stay.spells.push(spell);
        stay.lastSpell = day;
      } else found.push({ lastSpell: day, spells: [spell] });
    }
    return found.map(({ spells }) => {
      const all = spells.flat();
      const [x, y, z] = all.map(fromCentre).reduce(([x, y, z], [px, py, pz]) => [x + px, y + py, z + pz]);
      const [lat, lon] = [Math.atan2(z, Math.hypot(x, y)), Math.atan2(y, x)].map((angle) => (angle * 180) / Math.PI) as [number, number];
      return { individual: own[0]!.individual, fromMs: all[0]!.timeMs, toMs: all.at(-1)!.timeMs, lat, lon };
    });
  });
}

function fromCentre({ lat, lon }: Place): [x: number, y: number, z: number] {
  const [north, east] = [(lat * Math.PI) / 180, (lon * Math.PI) / 180];
  return [EARTH_KM * Math.cos(north) * Math.cos(east), EARTH_KM * Math.cos(north) * Math.sin(east), EARTH_KM * Math.sin(north)];
}

function diagonalKm(places: readonly Place[]): number {
  const points = places.map(fromCentre);
  const extent = (axis: 0 | 1 | 2): number =>
    Math.max(...points.map((point) => point[axis])) - Math.min(...points.map((point) => point[axis]));
  return Math.hypot(extent(0), extent(1), extent(2));
}

/** Groups in the order of their first members. */
export function groupBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
