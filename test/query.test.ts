// `skein query` against an InfluxDB 2: a real one when SKEIN_TEST_INFLUX_URL,
// INFLUX_TOKEN and INFLUX_ORG name it, and otherwise the recording of one. The
// recording is made again with SKEIN_RECORD="InfluxDB <version>" and an
// organization `skein`.
//
// What the queries find is held against the same computed from the file itself.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dialectOf } from '../src/destination/influx/dialects.ts';
import { cell, fluxRows } from '../src/destination/influx/flux-rows.ts';
import { serverOf } from '../src/destination/influx/server.ts';
import { withChoice } from '../src/query/choice.ts';
import { queryText } from '../src/query/flux-query.ts';
import { writtenPoints } from './oracle/expect-collisions.ts';
import { expectPoints } from './oracle/expect-points.ts';
import { type Guess, guesses } from './oracle/naive-bayes.ts';
import { boxes, countsPerMonth, distancePerDay, firstPlaces, fixesByAnimal, stays } from './oracle/query-answers.ts';
import type { Point } from './oracle/read-line-protocol.ts';
import { TERMS } from './oracle/terms.ts';
import { openInfluxdb2 } from './support/influxdb2.ts';
import { openRecorded, type RecordedServer } from './support/recorded-server.ts';
import { GEESE, type Run, skein, temporaryDirectory } from './support/skein.ts';

const { SKEIN_TEST_INFLUX_URL: realUrl, INFLUX_TOKEN: token = 'recorded', INFLUX_ORG: org = 'skein' } = process.env;
const BUCKET = 'skein query';
const IDS = 'skein query, ids';
const WHOLE = 'skein query, all geese';
/** What the recording is about: names that need care, of two species. */
const ANIMALS = ['"Duchess"', '1072', 'Bø=2, ringed'];
const UNTIL = '2019-10-15';
/** As Movebank's interface for programs gives it: two animals without a name, an outlier, and a place that was not found. */
const ONLY_IDS = `timestamp,location_lat,location_long,individual_id,tag_id,visible
2008-05-31 13:30:02.001,-1.372641,-89.740214,2911059,2911107,true
2008-05-31 13:30:02.001,-1.39,-89.75,2911060,2911109,true
2008-05-31 15:00:44.998,45.0,7.0,2911059,2911107,false
2008-05-31 16:30:39.998,0.0,0.0,2911059,2911107,true
2008-05-31 18:00:49.998,-1.3728911,-89.7401596,2911059,2911107,
2008-05-31 18:10:00.000,,,2911060,2911109,true
`;
const KM_TOLERANCE = 1e-6;

let server: RecordedServer;
let allPoints: Point[];
let points: Point[];

const ask = (args: readonly string[], bucket = BUCKET, url = server.url): Promise<Run> =>
  skein(['query', ...args, '--to', url, '--bucket', bucket, '--org', org], { INFLUX_TOKEN: token });

type Row = Record<string, string | number>;

/** The rows by the name of their result, in the order of animals. */
async function results(args: readonly string[], bucket?: string, url?: string): Promise<Record<string, Row[]>> {
  const { code, stdout, stderr } = await ask([...args, '--format', 'json'], bucket, url);
  expect([code, stderr]).toEqual([0, expect.stringMatching(/^(skein: .* UTC.*\n)?$/)]);
  return JSON.parse(stdout) as Record<string, Row[]>;
}

async function rowsOf(args: readonly string[], bucket?: string, url?: string): Promise<Row[]> {
  const rows = (await results(args, bucket, url))[args[0]!] ?? [];
  const name = (row: Row): Buffer => Buffer.from(String(row['individual_local_identifier']));
  return rows.sort((a, b) => Buffer.compare(name(a), name(b)));
}

const time = (row: Row, column: string): number => Date.parse(String(row[column]));

beforeAll(async () => {
  allPoints = writtenPoints((await expectPoints(readFileSync(GEESE), TERMS)).points, 'keep');
  points = allPoints.filter(
    ({ tags, time }) => ANIMALS.includes(tags.get('individual_local_identifier') ?? '') && Number(time) < Date.parse(UNTIL),
  );
  if (realUrl !== undefined) {
    const to = ['--to', realUrl, '--org', org, '--create-bucket', '--replace-bucket', '--yes', '--fresh', '--quiet'];
    const chosen = [...ANIMALS.flatMap((name) => ['--individual', name]), '--until', UNTIL];
    const onlyIds = join(temporaryDirectory(), 'ids.csv');
    writeFileSync(onlyIds, ONLY_IDS);
    const loads = [
      [GEESE, '--bucket', BUCKET, ...chosen],
      [GEESE, '--bucket', WHOLE],
      [onlyIds, '--bucket', IDS],
    ];
    for (const load of loads) {
      const { code, stderr } = await skein(['load', ...load, ...to], { INFLUX_TOKEN: token });
      expect([code, stderr]).toEqual([0, '']);
    }
  }
  server = await openRecorded('query', realUrl);
}, 120_000);

afterAll(async () => {
  await server.close();
  if (realUrl === undefined) return;
  const real = await openInfluxdb2();
  for (const bucket of [BUCKET, WHOLE, IDS]) await real.dropBucket(bucket);
});

describe('skein query on an InfluxDB 2 (the real one of SKEIN_TEST_INFLUX_URL, or its recording)', () => {
  it('span: the first and the last fix of each animal', async () => {
    const expected = fixesOfAll().map((own) => [own[0]!.individual, own[0]!.timeMs, own.at(-1)!.timeMs]);
    const found = await rowsOf(['span']);
    expect(found.map((row) => [row['individual_local_identifier'], time(row, 'first'), time(row, 'last')])).toEqual(expected);
  });

  it('tracks: the first place of each window, of the animals that are named, in the time that is named', async () => {
    const since = '2019-08-03T05:00:00Z';
    const found = await rowsOf([
      'tracks',
      '--since',
      since,
      '--until',
      '2019-10-01',
      '--every',
      '12h',
      ...only('"Duchess"', 'Bø=2, ringed'),
    ]);
    const expected = firstPlaces(points, 12 * 3_600_000, Date.parse(since), Date.parse('2019-10-01'))
      .flat()
      .filter(({ individual }) => individual !== '1072');
    expect(expected.length).toBeGreaterThan(150);
    // The range that is asked for is that of the fixes in it.
    expect(found.map((row) => [row['individual_local_identifier'], row['lat'], row['lon']])).toEqual(
      expected.map(({ individual, lat, lon }) => [individual, lat, lon]),
    );
    expect(found.slice(1, 5).map((row) => time(row, 'time'))).toEqual(expected.slice(1, 5).map(({ timeMs }) => timeMs));
  });

  it('tracks: without a time those of the chosen animals, in at most 1,000 windows', async () => {
    const { code, stderr, stdout } = await ask(['tracks', ...only('1072'), '--format', 'csv']);
    expect([code, stderr]).toEqual([0, 'skein: 2019-07-22 14:00:52 to 2019-10-14 20:00:26, UTC, in windows of 3h (--every)\n']);
    expect(stdout).toMatch(
      /^individual_local_identifier,time,lat,lon,study_name\n1072,2019-07-22T14:00:52(\.\d+)?Z,78\.\d+,16\.\d+,"Geese of three/,
    );
  });

  it('counts-per-month: every row with a location', async () => {
    const found = await rowsOf(['counts-per-month']);
    expect(found.map((row) => ({ individual: row['individual_local_identifier'], month: row['month'], fixes: row['fixes'] }))).toEqual(
      countsPerMonth(points),
    );
  });

  it('distance-per-day: as the haversine from fix to fix has it', async () => {
    expectDistances(
      await rowsOf(['distance-per-day', '--until', '2019-09-01', ...only('"Duchess"')]),
      (place) => place === '"Duchess"',
      '2019-09-01',
    );
  });

  it('home-range-box: of all fixes, and of their inner 95 %', async () => {
    expectBoxes(await rowsOf(['home-range-box']), points);
  });

  it('stopovers: as found spell by spell', async () => {
    expectStays(await rowsOf(['stopovers']), points, 2, 30);
    expectStays(await rowsOf(['stopovers', '--set', 'days=5', '--set', 'radius=12']), points, 5, 12);
  });

  it('classifier: guesses of each fix what a plain implementation does', async () => {
    const expected = guesses(fixesOfAll(), ({ taxon }) => taxon, 5, 10);
    const found = await guessesOn(server.url, BUCKET);
    expect(found).toEqual(expected);
    expect(new Set(expected.map(({ guess }) => guess)).size).toBe(2);
    expectConfusion(await results(['classifier']), expected);
  });

  it('classifier: of individuals, with bands of another width', async () => {
    const settings = ['--set', 'class=individual', '--set', 'lat_band=2', '--set', 'lon_band=3.5'];
    const expected = guesses(fixesOfAll(), ({ individual }) => individual, 2, 3.5);
    expectConfusion(await results(['classifier', ...settings]), expected);
  });

  it('tells animals by their ids where the export has no names, and leaves out outliers and latitude 0, longitude 0', async () => {
    const places = (rows: readonly Row[]) => rows.map((row) => [row['individual_local_identifier'], row['time'], row['lat']]);
    const all = await rowsOf(['tracks', '--every', '1h'], IDS);
    expect(places(all)).toEqual([
      ['2911059', '2008-05-31T13:30:02.001Z', -1.372641],
      ['2911059', '2008-05-31T18:00:00Z', -1.3728911],
      ['2911060', '2008-05-31T13:30:02.001Z', -1.39],
    ]);
    const other = await rowsOf(['tracks', '--every', '1h', ...only('2911060')], IDS);
    expect(places(other)).toEqual([['2911060', '2008-05-31T13:30:02.001Z', -1.39]]);
    const counts = await rowsOf(['counts-per-month'], IDS);
    expect(counts.map((row) => [row['individual_local_identifier'], row['fixes']])).toEqual([
      ['2911059', 4],
      ['2911060', 1],
    ]);
  });

  it('classifier: says what it cannot guess', async () => {
    const { code, stderr } = await ask(['classifier', '--set', 'class=month', '--quiet']);
    expect([code, stderr]).toEqual([5, expect.stringContaining('class is taxon or individual, not month.')]);
    const few = await ask(['classifier', '--quiet'], IDS);
    expect([few.code, few.stderr]).toEqual([
      2,
      'skein: There are too few fixes of what was asked for: the query classifier has nothing to compare.\n',
    ]);
  });

  it('a bucket that is not there is named', async () => {
    const { code, stderr } = await ask(['tracks'], 'nope');
    expect([code, stderr]).toEqual([
      5,
      `skein: ${server.url} does not let this token read the bucket nope: failed to initialize execute state: could not find bucket "nope".\n`,
    ]);
  });

  it('an animal that is not there is told, and nothing of its name is taken for Flux', async () => {
    const { code, stdout, stderr } = await ask(['tracks', ...only(`.*/ or true) //"\${bucket}`)]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(
      /^skein: The bucket skein query has no fixes of what was asked for in the measurement movebank\. Check --bucket, /,
    );
  });
});

describe.skipIf(realUrl === undefined)('the queries on all of the geese (skipped without SKEIN_TEST_INFLUX_URL)', () => {
  const askAll = (...args: string[]): Promise<Row[]> => rowsOf(args, WHOLE, realUrl);

  it('counts every fix', async () => {
    const found = await askAll('counts-per-month');
    expect(found.map((row) => ({ individual: row['individual_local_identifier'], month: row['month'], fixes: row['fixes'] }))).toEqual(
      countsPerMonth(allPoints),
    );
  }, 120_000);

  it('finds the boxes, stays and distances that are computed from the file', async () => {
    expectBoxes(await askAll('home-range-box'), allPoints);
    expectStays(await askAll('stopovers'), allPoints, 2, 30);
    const expected = distancePerDay(fixesByAnimal(allPoints));
    const found = await askAll('distance-per-day');
    expect(found.map((row) => [row['individual_local_identifier'], row['day']])).toEqual(
      expected.map(({ individual, day }) => [individual, day]),
    );
    for (const [i, { km }] of expected.entries()) expect(Math.abs(Number(found[i]!['km']) - km)).toBeLessThan(KM_TOLERANCE * (1 + km));
  }, 300_000);

  it('guesses of each fix what a plain implementation does', async () => {
    const expected = guesses(fixesByAnimal(allPoints), ({ taxon }) => taxon, 5, 10);
    expect(expected.length).toBeGreaterThan(10_000);
    expect(await guessesOn(realUrl ?? '', WHOLE)).toEqual(expected);
  }, 300_000);
});

const fixesOfAll = () => fixesByAnimal(points);
const only = (...names: string[]): string[] => names.flatMap((name) => ['--individual', name]);

/** Each guess of the classifier, which by itself prints only how many there are of each kind. */
async function guessesOn(url: string, bucket: string): Promise<Guess[]> {
  const target = { kind: 'influx', url, dialect: 'influxdb-2', org, bucket, token, retryMs: 0 } as const;
  const nobody = { studies: [], taxa: [], individuals: [] };
  const choice = {
    bucket,
    measurement: 'movebank',
    fromMs: Date.parse('2019-01-01'),
    toMs: Date.parse('2023-01-01'),
    every: undefined,
    ...nobody,
  };
  const each = `
join.inner(
    left: seen |> filter(fn: (r) => not r.learned),
    right: guesses,
    on: (l, r) => l.month == r.month and l.lat_band == r.lat_band and l.lon_band == r.lon_band and l.speed == r.speed,
    as: (l, r) => ({l with guess: r.class}),
)
    |> keep(columns: ["_time", "individual_local_identifier", "class", "guess"])
    |> sort(columns: ["individual_local_identifier", "_time"])
    |> yield(name: "each")`;
  const found: Guess[] = [];
  const text = withChoice(queryText('classifier'), choice) + each;
  for await (const row of fluxRows(serverOf(target, dialectOf(target)), target, text, { timeoutMs: 300_000 })) {
    if (row.tableMeta.get(row.values, 'result') !== 'each') continue;
    found.push({
      individual: cell(row, 'individual_local_identifier'),
      timeMs: Date.parse(cell(row, '_time')),
      class: cell(row, 'class'),
      guess: cell(row, 'guess'),
    });
  }
  return found;
}

function expectConfusion({ accuracy = [], confusion = [] }: Record<string, Row[]>, expected: readonly Guess[]): void {
  const right = expected.filter((one) => one.class === one.guess).length;
  const sizes = [...new Set(expected.map((one) => one.class))].map((name) => expected.filter((one) => one.class === name).length);
  expect(accuracy).toEqual([
    { guessed: expected.length, right, accuracy: right / expected.length, always_commonest: Math.max(...sizes) / expected.length },
  ]);
  const counts = new Map<string, number>();
  for (const one of expected) {
    const kind = JSON.stringify([one.class, one.guess]);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  expect(new Map(confusion.map((row) => [JSON.stringify([row['class'], row['guess']]), row['fixes']]))).toEqual(counts);
}

function expectDistances(found: readonly Row[], isAsked: (individual: string) => boolean, until: string): void {
  const expected = distancePerDay(fixesOfAll()).filter(({ individual, day }) => isAsked(individual) && day < until);
  expect(expected.length).toBeGreaterThan(30);
  expect(found.map((row) => [row['individual_local_identifier'], row['day']])).toEqual(
    expected.map(({ individual, day }) => [individual, day]),
  );
  for (const [i, { km }] of expected.entries()) expect(Math.abs(Number(found[i]!['km']) - km)).toBeLessThan(KM_TOLERANCE * (1 + km));
}

function expectBoxes(found: readonly Row[], of: readonly Point[]): void {
  const expected = boxes(fixesByAnimal(of));
  expect(found.map((row) => [row['individual_local_identifier'], row['box']])).toEqual(
    expected.map(({ individual, box }) => [individual, box]),
  );
  for (const [i, box] of expected.entries()) {
    for (const side of ['south', 'north', 'west', 'east'] as const) expect(found[i]![side]).toBeCloseTo(box[side], 9);
  }
}

function expectStays(found: readonly Row[], of: readonly Point[], days: number, radiusKm: number): void {
  const times = of.map(({ time }) => Number(time));
  const first = Math.min(...fixesByAnimal(of).map((own) => own[0]!.timeMs));
  const expected = stays(firstPlaces(of, 3_600_000, first, Math.max(...times) + 1), days, radiusKm);
  expect(expected.length).toBeGreaterThan(3);
  expect(found.map((row) => [row['individual_local_identifier'], time(row, 'from'), time(row, 'to')])).toEqual(
    expected.map(({ individual, fromMs, toMs }) => [individual, fromMs, toMs]),
  );
  for (const [i, { lat, lon }] of expected.entries()) {
    expect(found[i]!['lat']).toBeCloseTo(lat, 9);
    expect(found[i]!['lon']).toBeCloseTo(lon, 9);
  }
}
