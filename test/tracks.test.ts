// The tracks of a survey: whatever the chunks, the workers and the order of the rows,
// they are what a plain model makes of all fixes.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FixList, joinFixes, sortFixes } from '../src/survey/fix-list.ts';
import { LEAST_BOUND, thin } from '../src/survey/thin.ts';
import { MAX_KEPT_FIXES, MAX_TRACK_FIXES, type Track } from '../src/survey/track.ts';
import { surveyText } from './support/survey-text.ts';

type Fix = readonly [ms: number, latitude: number, longitude: number];

const HEADER =
  'event-id,visible,timestamp,location-long,location-lat,manually-marked-outlier,manually-marked-valid,sensor-type,individual-local-identifier,study-name';
const time = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').slice(0, -1);

const tracksOf = async (rows: readonly string[], chunkBytes?: number, workers?: number): Promise<readonly Track[]> => {
  const survey = await surveyText([HEADER, ...rows, ''].join('\n'), chunkBytes, { tracks: true }, workers);
  return survey.tracks ?? [];
};

const byTime = (a: Fix, b: Fix): number => a[0] - b[0] || a[1] - b[1] || a[2] - b[2];

/** The cell of each fix, and what of each cell is kept: told anew for every level from all fixes. */
function modelAt(fixes: readonly Fix[], level: number): { counted: number; kept: Fix[] } {
  const cells = new Map<number, Fix[]>();
  for (const fix of [...fixes].sort(byTime)) {
    const cell = Math.floor(fix[0] / 2 ** level);
    cells.set(cell, [...(cells.get(cell) ?? []), fix]);
  }
  const most = (cell: Fix[], of: (fix: Fix) => number): Fix => cell.reduce((best, fix) => (of(fix) > of(best) ? fix : best));
  const all = [...cells.values()];
  return {
    counted: all.reduce((sum, cell) => sum + Math.min(6, cell.length), 0),
    kept: all
      .flatMap((cell) => [
        cell[0]!,
        cell.at(-1)!,
        most(cell, ([, latitude]) => latitude),
        most(cell, ([, latitude]) => -latitude),
        most(cell, ([, , longitude]) => longitude),
        most(cell, ([, , longitude]) => -longitude),
      ])
      .sort(byTime)
      .filter((fix, i, sorted) => i === 0 || byTime(fix, sorted[i - 1]!) !== 0),
  };
}

function model(fixes: readonly Fix[], bound: number): { level: number; kept: Fix[] } {
  for (let level = 0; ; level++) {
    const { counted, kept } = modelAt(fixes, level);
    if (counted <= bound) return { level, kept };
  }
}

const listOf = (fixes: readonly Fix[]): FixList => Float64Array.from(fixes.flatMap((fix) => [...fix, 1]));
const fixesOf = (list: FixList): Fix[] =>
  Array.from({ length: list.length / 4 }, (_, i) => [list[4 * i]!, list[4 * i + 1]!, list[4 * i + 2]!]);

/** Times near one another and far apart, of either sign, and often the same. */
const fix: fc.Arbitrary<Fix> = fc.tuple(
  fc.oneof(
    fc.integer({ min: -40, max: 40 }),
    fc.integer({ min: -1e6, max: 1e6 }),
    fc.integer({ min: -9_223_372_036_854, max: 9_223_372_036_854 }),
  ),
  fc.integer({ min: -3, max: 3 }).map((latitude) => latitude + 0),
  fc.integer({ min: -3, max: 3 }).map((longitude) => longitude + 0),
);

describe('thinning', () => {
  it('keeps what the least level within the bound keeps of each cell', () => {
    fc.assert(
      fc.property(fc.array(fix, { minLength: 1, maxLength: 120 }), fc.integer({ min: LEAST_BOUND, max: 60 }), (fixes, bound) => {
        const { fixes: kept, level } = thin({ fixes: sortFixes(listOf(fixes)), level: 0 }, bound);
        expect({ level, kept: fixesOf(kept) }).toEqual(model(fixes, bound));
      }),
      { numRuns: 400 },
    );
  });

  it('is the same in parts, whatever their order and bounds, and then as a whole', () => {
    const parts = fc.array(fc.tuple(fc.array(fix, { minLength: 1, maxLength: 40 }), fc.integer({ min: 0, max: 40 })), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(parts, fc.integer({ min: LEAST_BOUND, max: 60 }), (lists, bound) => {
        let joined: { fixes: FixList; level: number } = { fixes: new Float64Array(0), level: 0 };
        for (const [fixes, slack] of lists) {
          const part = thin({ fixes: sortFixes(listOf(fixes)), level: 0 }, bound + slack);
          joined = { fixes: joinFixes(joined.fixes, part.fixes), level: Math.max(joined.level, part.level) };
          if (slack % 2 === 0) joined = thin(joined, bound + slack);
        }
        const { fixes, level } = thin(joined, bound);
        expect({ level, kept: fixesOf(fixes) }).toEqual(
          model(
            lists.flatMap(([all]) => all),
            bound,
          ),
        );
      }),
      { numRuns: 400 },
    );
  });
});

interface Row {
  readonly animal: string;
  readonly sensor: string;
  readonly ms: number;
  readonly latitude: string;
  readonly longitude: string;
  readonly visible: string;
  readonly marked: string;
  readonly valid: string;
}

const lineOf = (row: Row, i: number): string =>
  [i, row.visible, time(row.ms), row.longitude, row.latitude, row.marked, row.valid, row.sensor, row.animal, '"A study, of geese"'].join(
    ',',
  );

/** What a track has beside its path, told from the rows. */
function modelTrack(rows: readonly Row[]): Partial<Track> {
  const located = rows.filter(({ latitude, longitude }) => latitude !== '' && longitude !== '');
  const isOutlier = ({ visible, marked, valid }: Row): boolean => visible === 'false' || (marked === 'true' && valid !== 'true');
  const rest = located.filter((row) => !isOutlier(row));
  const shown = rest.filter(({ latitude, longitude }) => Number(latitude) !== 0 || Number(longitude) !== 0);
  const fixes = shown.map(({ ms, latitude, longitude }): Fix => [ms, Number(latitude) + 0, Number(longitude) + 0]).sort(byTime);
  const { level, kept } = model(fixes, MAX_TRACK_FIXES);
  const months = new Map<number, number>();
  for (const [ms] of fixes) {
    const date = new Date(ms);
    const month = (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
    months.set(month, (months.get(month) ?? 0) + 1);
  }
  const gaps = fixes
    .slice(1)
    .map(([toMs], i) => ({ fromMs: fixes[i]![0], toMs }))
    .filter(({ fromMs, toMs }) => toMs > fromMs);
  return {
    individual: rows[0]!.animal.replaceAll('"', ''),
    study: 'A study, of geese',
    sensor: rows[0]!.sensor,
    rows: rows.length,
    fixes: fixes.length,
    outliers: located.length - rest.length,
    nullIslands: rest.length - shown.length,
    firstMs: fixes[0]?.[0],
    lastMs: fixes.at(-1)?.[0],
    cellMs: 2 ** level,
    timesMs: Float64Array.from(kept, ([ms]) => ms),
    latitudes: Float64Array.from(kept, ([, latitude]) => latitude),
    longitudes: Float64Array.from(kept, ([, , longitude]) => longitude),
    months: [...months].sort(([a], [b]) => a - b),
    gaps: gaps.sort((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs) || a.fromMs - b.fromMs).slice(0, 10),
  };
}

const withoutOrder = ({ medianIntervalMs, ...track }: Track): Partial<Track> => track;

describe('the tracks of a survey', () => {
  const coordinate = fc.constantFrom('', '0', '-0.0', '0.0', '1.5', '-12.25', '1e1', '+3', '.5', '91', '45.123456789');
  const row = fc.record({
    animal: fc.constantFrom('Ann', '"Ann"', 'Bob', '"Ö, the third"'),
    sensor: fc.constantFrom('gps', 'argos'),
    ms: fc.oneof(fc.integer({ min: -100, max: 100 }), fc.integer({ min: 1.3e12, max: 1.6e12 })),
    latitude: coordinate,
    longitude: coordinate,
    visible: fc.constantFrom('true', 'false', '', 'TRUE'),
    marked: fc.constantFrom('', '', 'true', 'false'),
    valid: fc.constantFrom('', '', 'true'),
  });

  it('are those of a plain model, whatever the chunks, the workers and the order of the rows', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 900 }),
        fc.integer({ min: 1, max: 3 }),
        async (all, chunkBytes, workers) => {
          // Half a location is none, and a latitude of 91 takes its longitude with it.
          const rows = all.map((one) =>
            one.latitude === '' || one.longitude === '' || one.latitude === '91' ? { ...one, latitude: '', longitude: '' } : one,
          );
          const found = await tracksOf(rows.map(lineOf), chunkBytes, workers);
          const trackOf = ({ animal, sensor }: Row): string => `${animal.replaceAll('"', '')}/${sensor}`;
          expect(found).toHaveLength(new Set(rows.map(trackOf)).size);
          for (const track of found) {
            expect(track).toMatchObject(modelTrack(rows.filter((one) => trackOf(one) === `${track.individual}/${track.sensor}`)));
          }
          const inOneGo = await tracksOf(rows.map(lineOf));
          expect(found).toEqual(inOneGo);
          const others = await tracksOf(rows.map(lineOf).reverse(), chunkBytes, workers);
          expect(others.map(withoutOrder)).toEqual(found.map(withoutOrder));
        },
      ),
      { numRuns: 80 },
    );
  });

  it('of very many fixes are thinned to the least cells within the bound', async () => {
    const rows = Array.from({ length: 3 * MAX_TRACK_FIXES }, (_, i): Row => {
      const [latitude, longitude] = [50 + 10 * Math.sin(i / 500) + ((i * 7919) % 101) / 100, 10 + i / 1000];
      return {
        animal: 'Ann',
        sensor: 'gps',
        ms: 1.4e12 + i * 1000 + (i % 3) * 7,
        latitude: latitude.toFixed(6),
        longitude: longitude.toFixed(6),
        visible: 'true',
        marked: '',
        valid: '',
      };
    });
    const expected = modelTrack(rows);
    for (const chunkBytes of [30_000, 1 << 20]) {
      const [track] = await tracksOf(rows.map(lineOf), chunkBytes);
      expect(track).toMatchObject(expected);
      expect(track!.timesMs.length).toBeLessThanOrEqual(MAX_TRACK_FIXES);
      expect(track!.cellMs).toBeGreaterThan(1);
    }
  });

  it('share a bound, and tracks beyond it keep their counts alone', async () => {
    const lines = Array.from({ length: 12_000 }, (_, animal) =>
      Array.from({ length: animal % 100 === 0 ? 40 : 11 }, (_, i) =>
        lineOf(
          {
            animal: `a${animal}`,
            sensor: 'gps',
            ms: 1.4e12 + i * 60_000,
            latitude: '1.5',
            longitude: `${i}.5`,
            visible: '',
            marked: '',
            valid: '',
          },
          i,
        ),
      ),
    ).flat();
    const tracks = await tracksOf(lines, 1 << 20);
    expect(tracks).toHaveLength(12_000);
    expect(tracks.reduce((sum, { timesMs }) => sum + timesMs.length, 0)).toBeLessThanOrEqual(MAX_KEPT_FIXES);
    for (const track of tracks) {
      const fixes = Number(track.individual!.slice(1)) % 100 === 0 ? 40 : 11;
      expect(track).toMatchObject({ rows: fixes, fixes, firstMs: 1.4e12, lastMs: 1.4e12 + (fixes - 1) * 60_000, months: [[532, fixes]] });
      if (fixes === 40) expect(track.timesMs.length).toBeGreaterThan(0);
    }
    const shuffled = await tracksOf(
      lines.toSorted((a, b) => (a.slice(-20) < b.slice(-20) ? -1 : 1)),
      1 << 18,
    );
    expect(shuffled.map(withoutOrder)).toEqual(tracks.map(withoutOrder));
  });

  it('have a median interval to within a 32nd, where rows are in order', async () => {
    const steps = Array.from({ length: 999 }, (_, i) => (i % 3 === 0 ? 900_000 : i % 3 === 1 ? 905_000 : 86_400_000));
    const rows = steps.map(
      (_, i): Row => ({
        animal: 'Ann',
        sensor: 'gps',
        ms: 1.4e12 + steps.slice(0, i).reduce((sum, step) => sum + step, 0),
        latitude: '1.5',
        longitude: '2',
        visible: '',
        marked: '',
        valid: '',
      }),
    );
    for (const chunkBytes of [500, 1 << 20]) {
      const [track] = await tracksOf(rows.map(lineOf), chunkBytes);
      expect(Math.abs(track!.medianIntervalMs! / 905_000 - 1)).toBeLessThan(1 / 32);
    }
    const mixed = rows.map((one, i) => rows[(i * 500) % rows.length] ?? one);
    expect((await tracksOf(mixed.map(lineOf)))[0]).toMatchObject({ fixes: 999, medianIntervalMs: undefined });
    expect((await tracksOf(rows.slice(0, 1).map(lineOf)))[0]).toMatchObject({ fixes: 1, medianIntervalMs: undefined });
  });

  it('are not there unless they are asked for', async () => {
    expect((await surveyText(`${HEADER}\n1,,2014-05-01 12:00:00.000,1,2,,,gps,Ann,S\n`)).tracks).toBeUndefined();
  });
});
