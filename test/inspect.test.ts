// `skein inspect`: what it says of exports is what is in them, and it fits a terminal.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { parseString } from 'fast-csv';
import { beforeAll, describe, expect, it } from 'vitest';
import { characters, type Heading, table, wrapped } from '../src/cli/table.ts';
import { canonicalName } from '../src/movebank/names.ts';
import { hasInfluxdb2, openInfluxdb2 } from './support/influxdb2.ts';
import { GEESE, linesIn, skein, temporaryDirectory } from './support/skein.ts';

interface Found {
  rows: number;
  points: number;
  rejected: number;
  rejectedByReason: Record<string, number>;
  rejectExamples: { row: number; offset: number; reason: string; text: string }[];
  locations: { fixes: number; outliers: number; nullIslands: number; none: number };
  sampleLine: string;
  series: {
    individual: string | null;
    study: string | null;
    sensor: string | null;
    rows: number;
    fixes: number;
    firstFix: string | null;
    lastFix: string | null;
    medianIntervalSeconds: number | null;
    gaps: { from: string; to: string }[];
    months: Record<string, number>;
  }[];
  columns: {
    name: string;
    term: string | null;
    type: string | null;
    unit: string | null;
    filled: number;
    least: number | null;
    most: number | null;
    trues: number | null;
    examples: string[];
  }[];
  load: { pointsPerSecond: number; seconds: number; measurements: number; madeUp: boolean } | null;
}

const inspectJson = async (file: string, ...flags: string[]): Promise<Found> => {
  const { code, stdout, stderr } = await skein(['inspect', file, '--json', '--quiet', ...flags]);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as Found;
};

function readTable(text: string): Promise<Record<string, string>[]> {
  return new Promise((resolve, reject) => {
    const rows: Record<string, string>[] = [];
    parseString<Record<string, string>, Record<string, string>>(text, {
      headers: (names) => names.map((name, i) => (names.indexOf(name) === i ? name : `${name} ${i}`)),
    })
      .on('error', reject)
      .on('data', (row: Record<string, string>) => rows.push(row))
      .on('end', () => resolve(rows));
  });
}

describe('inspect --json', () => {
  let geese: Found;
  beforeAll(async () => {
    geese = await inspectJson(GEESE);
  });

  it('places every row that is no reject', () => {
    const { locations, series } = geese;
    expect(locations).toEqual({ fixes: 20_698, outliers: 60, nullIslands: 8, none: 210, half: 12, offEarth: 0 });
    expect(series.reduce((sum, { fixes }) => sum + fixes, 0)).toBe(locations.fixes);
    for (const { fixes, months } of series) expect(Object.values(months).reduce((sum, count) => sum + count, 0)).toBe(fixes);
    expect(series.every(({ medianIntervalSeconds }) => Math.abs((medianIntervalSeconds ?? 0) / 21_600 - 1) < 1 / 32)).toBe(true);
  });

  it('shows three rejects of each reason, and where they are', () => {
    const file = readFileSync(GEESE);
    expect(geese.rejectExamples.map(({ reason }) => reason).sort()).toEqual(
      Object.entries(geese.rejectedByReason)
        .flatMap(([reason, rows]) => new Array<string>(Math.min(3, rows)).fill(reason))
        .sort(),
    );
    for (const { offset, reason, text } of geese.rejectExamples) {
      const line = file.toString('utf8', offset, file.indexOf('\n', offset));
      expect(text).toBe(line.replace(/\r$/, ''));
      expect(file[offset - 1]).toBe('\n'.charCodeAt(0));
      if (reason === 'no-timestamp') expect(line.split(',')[2]).toBe('');
      if (reason === 'bad-timestamp') expect(line.split(',')[2]).not.toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/);
    }
  });

  it('shows a line that a load writes, and foresees how many', async () => {
    const directory = join(temporaryDirectory(), 'out');
    await skein(['load', GEESE, '--to', directory, '--quiet']);
    const lines = linesIn(directory);
    expect(geese.points).toBe(lines.length);
    expect(lines).toContain(geese.sampleLine);
    expect(geese.sampleLine).toMatch(/ .*lon=.*lat=/);
  });

  it('knows terms and units of Movebank in any spelling, and what the cells hold', async () => {
    const file = join(temporaryDirectory(), 'spelt.csv');
    writeFileSync(
      file,
      'timestamp,location_lat,location.long,gps_hdop,visible,mine\n2014-05-01 12:00:00,1.5,-2.5,0.7,true,a\n2014-05-01 13:00:00,,,NaN,false,b\n',
    );
    const { columns, load } = await inspectJson(file);
    expect(load).toBeNull();
    expect(
      columns.map(({ name, term, type, unit, filled, least, most, trues, examples }) => [
        name,
        term,
        type,
        unit,
        filled,
        least,
        most,
        trues,
        examples,
      ]),
    ).toEqual([
      ['timestamp', 'timestamp', null, null, 2, null, null, null, ['2014-05-01 12:00:00', '2014-05-01 13:00:00']],
      ['location_lat', 'location-lat', 'float', 'decimal degrees WGS84', 1, 1.5, 1.5, null, []],
      ['location.long', 'location-long', 'float', 'decimal degrees WGS84', 1, -2.5, -2.5, null, []],
      ['gps_hdop', 'gps:hdop', 'float', null, 1, 0.7, 0.7, null, []],
      ['visible', 'visible', 'boolean', null, 2, null, null, 1, []],
      ['mine', null, 'text', null, 2, null, null, null, ['a', 'b']],
    ]);
  });
});

describe('inspect for people', () => {
  it('cuts a long list of animals in the middle, and says what is not shown', async () => {
    const file = join(temporaryDirectory(), 'many.csv');
    const rows = Array.from({ length: 60 }, (_, animal) =>
      Array.from(
        { length: 60 - animal },
        (_, i) =>
          `2014-05-01 ${String(i % 24).padStart(2, '0')}:${String(animal).padStart(2, '0')}:0${Math.floor(i / 24)},1.5,2.5,a${animal}`,
      ),
    ).flat();
    writeFileSync(file, ['timestamp,location-lat,location-long,individual-local-identifier', ...rows, ''].join('\n'));
    const { stdout } = await skein(['inspect', file]);
    const [, section = ''] = stdout.split('Series (60), by rows\n');
    const lines = section.split('\n\n')[0]!.split('\n').slice(1);
    expect(lines).toHaveLength(24);
    expect(lines[0]).toMatch(/^ {2}a0 +60 +60 +2014-05-01 +2014-05-01/);
    expect(lines[17]).toMatch(/^ {2}… 37 more in between, of 925 rows; --json lists all$/);
    expect(lines[23]).toMatch(/^ {2}a59 +1 +1 /);
  });

  it('names animals, and what else it takes to tell their series apart', async () => {
    const file = join(temporaryDirectory(), 'sensors.csv');
    const row = (animal: string, sensor: string, tag: string): string => `2014-05-01 12:00:00,1.5,2.5,${animal},${sensor},${tag},geese`;
    writeFileSync(
      file,
      [
        'timestamp,location-lat,location-long,individual-local-identifier,sensor-type,tag-local-identifier,study-name',
        row('Ann', 'gps', '1'),
        row('Ann', 'argos', '1'),
        row('Bob', 'gps', '2'),
        '',
      ].join('\n'),
    );
    const { stdout } = await skein(['inspect', file]);
    expect(stdout).toMatch(/^study +geese$/m);
    expect(stdout).toMatch(/^animals +2: Ann, Bob$/m);
    expect(stdout).toMatch(/^sensors +2: gps, argos$/m);
    expect(stdout).toMatch(/^ {2}animal {2}sensor {2}rows /m);
    expect(stdout).toMatch(/^ {2}Ann +argos +1 /m);
  });

  it("names the sensors of a REST export, which has Movebank's numbers for them", async () => {
    const file = join(temporaryDirectory(), 'rest.csv');
    const rows = ['653,1', '397,1', '12345,2'].map((ids) => `2020-01-01 00:00:00.000,53.0,6.5,${ids}\n`);
    writeFileSync(file, `timestamp,location_lat,location_long,sensor_type_id,individual_id\n${rows.join('')}`);
    const { stdout } = await skein(['inspect', file]);
    expect(stdout).toContain('sensors  3: gps (653), bird-ring (397), 12345');
    expect(stdout).toMatch(/^ {2}1 +gps \(653\) +1 /m);
    expect((await inspectJson(file)).series.map(({ sensor }) => sensor).sort()).toEqual(['12345', '397', '653']);
  });

  it('shows rejected rows as they stand, fit for a terminal, and with every character as JSON', async () => {
    const first = join(temporaryDirectory(), 'a.csv');
    const second = join(temporaryDirectory(), 'b.csv');
    const header = 'timestamp,location-lat,location-long,comments,individual-local-identifier';
    const good = '2014-05-01 12:00:00,1.5,2.5,x,Ann';
    const bad = `not a time,1.5,2.5,"red \u001b[31m and\na line",${'a'.repeat(300)}`;
    writeFileSync(first, [header, good, ''].join('\r\n'));
    writeFileSync(second, [header, good, bad, ''].join('\r\n'));
    const { stdout } = await skein(['inspect', first, second]);
    expect(stdout).toContain(`\n    b.csv row 2, byte 110  not a time,1.5,2.5,"red \u00b7[31m and\u00b7a line",aaaa`);
    expect(stdout).toContain('aaa…\n');
    expect((await inspectJson(first, second)).rejectExamples).toEqual([
      { source: 1, row: 2, offset: 110, reason: 'bad-timestamp', text: bad },
    ]);
  });

  it('says so when no row is of use', async () => {
    const file = join(temporaryDirectory(), 'bad.csv');
    writeFileSync(file, 'timestamp,location-lat,location-long\n13/05/2014,1,2\n,1,2\n');
    const { code, stdout } = await skein(['inspect', file]);
    expect(code).toBe(0);
    expect(stdout).toContain('2 rows, 2 of them to be rejected');
    expect(stdout).toContain('Every row is rejected. The columns are timestamp, location-lat, location-long');
  });

  it('fits any terminal that is wide enough for numbers and a little text', () => {
    const headings: readonly Heading[] = [
      { title: 'name', isText: true, isCutInside: true },
      { title: 'rows', isText: false },
      { title: 'holds', isText: true, least: 10 },
    ];
    const cell = fc.string({ unit: 'grapheme', maxLength: 60 }).map((text) => text.replace(/\s/g, '_'));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, fc.nat().map(String), cell), { minLength: 1 }),
        fc.integer({ min: 40, max: 200 }),
        (rows, width) => {
          const lines = table(headings, rows, width);
          expect(lines).toHaveLength(rows.length + 1);
          for (const line of lines) expect(characters(line).length).toBeLessThanOrEqual(width);
          for (const [i, [, number]] of rows.entries()) expect(lines[i + 1]).toContain(number);
        },
      ),
    );
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ minLength: 1, maxLength: 12 }).map((word) => word.replace(/\s/g, '_')),
          { minLength: 1 },
        ),
        (words) => {
          const lines = wrapped(words.join(' '), 20, '  ');
          expect(lines.map((line) => line.slice(2)).join(' ')).toBe(words.join(' '));
          for (const line of lines) expect(line.length).toBeLessThanOrEqual(20);
        },
      ),
    );
  });
});

// Other people's data, not in the repository.
const SAMPLES = fileURLToPath(new URL('../../shared/movebank/samples/', import.meta.url));
const samples = existsSync(SAMPLES) ? readdirSync(SAMPLES).filter((name) => name.endsWith('.csv.gz')) : [];

describe.skipIf(samples.length === 0)('inspect of a real export (skipped where there are no samples)', () => {
  const isPlace = (text: string | undefined): boolean => text !== undefined && text !== '' && Number.isFinite(Number(text));

  it.each(samples)('%s says what an independent reading says', async (name) => {
    const rows = await readTable(gunzipSync(readFileSync(join(SAMPLES, name))).toString('utf8'));
    const found = await inspectJson(join(SAMPLES, name), '--no-reference');
    expect(found).toMatchObject({ rows: rows.length, rejected: 0 });

    const column = (meaning: string): string => Object.keys(rows[0] ?? {}).find((one) => canonicalName(one) === meaning) ?? '';
    const [lat, lon, visible, individual, time] = ['lat', 'lon', 'visible', 'individual_local_identifier', 'timestamp'].map(column);
    const located = rows.filter((row) => isPlace(row[lat!]) && isPlace(row[lon!]));
    const fixes = located.filter((row) => row[visible!] !== 'false');
    expect(found.locations).toMatchObject({
      fixes: fixes.length,
      outliers: located.length - fixes.length,
      none: rows.length - located.length,
    });
    for (const { individual: animal, fixes: count, firstFix, lastFix, gaps } of found.series) {
      const times = fixes
        .filter((row) => row[individual!] === animal)
        .map((row) => Date.parse(`${row[time!]!.replace(' ', 'T')}Z`))
        .sort((a, b) => a - b);
      expect([animal, count, firstFix, lastFix]).toEqual([
        animal,
        times.length,
        new Date(times[0]!).toISOString(),
        new Date(times.at(-1)!).toISOString(),
      ]);
      const longest = Math.max(...times.slice(1).map((ms, i) => ms - times[i]!));
      const [gap] = gaps;
      if (gap !== undefined) expect(Date.parse(gap.to) - Date.parse(gap.from)).toBe(longest);
    }
    for (const { name: one, filled, type } of found.columns) {
      const cells = rows
        .map((row) => row[one] ?? '')
        .filter((text) => text !== '' && (type === null || type === 'text' || !/^(NA|NaN|-?Inf|Infinity)$/.test(text)));
      expect([one, filled]).toEqual([one, cells.length]);
    }
  });
});

describe.skipIf(!hasInfluxdb2)('inspect --to a real InfluxDB 2 (skipped without SKEIN_TEST_INFLUX_URL)', () => {
  it('measures how long a load takes, and leaves nothing', async () => {
    const server = await openInfluxdb2();
    const buckets = async (): Promise<number> => {
      const [found] = await server.query('SHOW DATABASES');
      return (found?.values ?? []).filter(([name]) => String(name).startsWith('skein-tune')).length;
    };
    const before = await buckets();
    const { code, stdout, stderr } = await skein(['inspect', GEESE, '--to', server.url, '--json'], server.environment);
    expect([code, stderr]).toEqual([0, expect.stringContaining('on buckets named skein-tune-… that are deleted right after')]);
    const { load, points } = JSON.parse(stdout) as Found;
    expect(load).toMatchObject({ measurements: 3, madeUp: true });
    expect(load!.seconds).toBeCloseTo(points / load!.pointsPerSecond, 1);
    expect(await buckets()).toBe(before);
  }, 120_000);
});
