// `skein verify`: what a server holds against what the file must have become.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verificationLines } from '../src/cli/verification.ts';
import { readLine } from '../src/encode/read-line.ts';
import { coveringFields } from '../src/verify/expected.ts';
import { type Field, readLineProtocol } from './oracle/read-line-protocol.ts';
import { generateCollisions } from './support/collisions.ts';
import { ORG, type StandIn, startStandIn, TOKEN } from './support/influx2-stand-in.ts';
import { ADMIN, ADMIN_TOKEN, hasInfluxdb1, type Influxdb1, startInfluxdb1 } from './support/influxdb1.ts';
import { GEESE, linesIn, type Run, skein, temporaryDirectory } from './support/skein.ts';
import { hasVictoriaMetrics, startVictoriaMetrics } from './support/victoria-metrics.ts';

const ROWS = [
  'timestamp,location-lat,location-long,event-id,comments,individual-local-identifier',
  '2014-05-01 12:00:00.000,53.1,6.1,9007199254740993,"say ""hi"", \\ and é",Ann',
  '2014-12-31 23:59:59.999,53.2,6.2,2,,Ann',
  '2015-01-01 00:00:00.000,53.3,6.3,3,,"Bob, the second = \\ last"',
  '2015-06-01 00:00:00.000,,,4,only words,Ann',
  '1912-06-01 00:00:00.000,-53.5,-6.5,5,,Ann',
  '',
].join('\n');

function file(text: string): string {
  const path = join(temporaryDirectory(), 'export.csv');
  writeFileSync(path, text);
  return path;
}

describe.skipIf(!hasInfluxdb1)("a real InfluxDB 1.x, verified (skipped without Debian's package influxdb)", () => {
  let server: Influxdb1;
  beforeAll(async () => {
    server = await startInfluxdb1();
  }, 60_000);
  afterAll(() => server.stop());
  const load = (path: string, database: string, ...more: string[]): Promise<Run> =>
    skein(['load', path, '--to', server.url, '--bucket', database, '--create-bucket', '--json', '--quiet', ...more]);
  const verify = (path: string, database: string, ...more: string[]): Promise<Run> =>
    skein(['verify', path, '--to', server.url, '--bucket', database, '--json', '--quiet', ...more]);

  it('holds every point after a load, which says so', async () => {
    const { code, stdout } = await load(GEESE, 'whole', '--chunk-bytes', '300000');
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as { verification: object }).verification).toMatchObject({
      verified: true,
      points: 20_724,
      series: 24,
      countedBy: ['event_id'],
      countDifferences: [],
      alreadyThere: 0,
      compared: 50,
      valueDifferences: [],
    });
    expect((await verify(GEESE, 'whole')).code).toBe(0);
    expect(JSON.parse((await load(GEESE, 'whole', '--fresh', '--no-verify')).stdout)).toMatchObject({ verification: null });
  });

  it('is found out when it has lost a point, and the series and the year are named', async () => {
    const path = file(ROWS);
    expect((await load(path, 'lossy')).code).toBe(0);
    await server.query(`DELETE FROM movebank WHERE time = '2014-12-31T23:59:59.999Z'`, 'lossy');
    const { code, stdout, stderr } = await verify(path, 'lossy');
    expect([code, stderr]).toEqual([7, expect.stringContaining('1 count and 3 values differ')]);
    const found = JSON.parse(stdout) as Record<string, unknown>;
    expect(found).toMatchObject({
      verified: false,
      points: 5,
      countDifferences: [{ series: 'movebank,individual_local_identifier=Ann', year: 2014, field: 'event_id', expected: 2, found: 1 }],
    });
    expect(found['valueDifferences']).toContainEqual(
      expect.objectContaining({ time: '2014-12-31T23:59:59.999Z', field: 'lat', found: null }),
    );
    const shown = await skein(['verify', path, '--to', server.url, '--bucket', 'lossy']);
    expect(shown.stdout).toContain('2014: 1 instead of 2 points with event_id: movebank,individual_local_identifier=Ann');
  });

  it('is found out when a value is another, to the last digit of an integer beyond 2^53', async () => {
    const path = file(ROWS);
    expect((await load(path, 'wrong')).code).toBe(0);
    const write = (line: string) => fetch(`${server.url}/write?db=wrong&precision=ms`, { method: 'POST', body: line });
    await write(`movebank,individual_local_identifier=Ann event_id=9007199254740992i ${Date.UTC(2014, 4, 1, 12)}`);
    const { code, stdout } = await verify(path, 'wrong');
    expect(code).toBe(7);
    expect((JSON.parse(stdout) as { valueDifferences: object[] }).valueDifferences).toEqual([
      {
        series: 'movebank,individual_local_identifier=Ann',
        time: '2014-05-01T12:00:00.000Z',
        field: 'event_id',
        expected: '9007199254740993',
        found: '9007199254740992',
      },
    ]);
  });

  it('may hold more than the file, which is said and is no difference', async () => {
    const path = file(ROWS);
    await load(path, 'more');
    const line = `movebank,individual_local_identifier=Ann event_id=77i ${Date.UTC(2014, 6, 1)}`;
    await fetch(`${server.url}/write?db=more&precision=ms`, { method: 'POST', body: line });
    const { code, stdout } = await verify(path, 'more');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ verified: true, alreadyThere: 1 });
  });

  it('is not expected to hold rows that it refused', async () => {
    // Loaded by a user who may only write: what the database would refuse is not known before, nor what it holds after.
    const strict = await startInfluxdb1(ADMIN);
    await strict.query('CREATE DATABASE short WITH DURATION 3000w REPLICATION 1 SHARD DURATION 52w NAME years');
    const path = file(ROWS);
    const state = ['--state', join(temporaryDirectory(), 'state')];
    const to = ['--to', strict.url, '--bucket', 'short', '--json', '--quiet'];
    const { code, stdout } = await skein(['load', path, ...to, ...state], { INFLUX_TOKEN: await strict.makeWriter('short') });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ rejectedByReason: { refused: 1 }, verification: null });
    expect((JSON.parse(stdout) as { notes: string[] }).notes).toContainEqual(expect.stringContaining('so the load was not verified'));
    const verifyStrict = (...more: string[]) => skein(['verify', path, ...to, ...more], { INFLUX_TOKEN: ADMIN_TOKEN });
    expect((await verifyStrict(...state)).code).toBe(0);
    // Without the load's own word it is missing.
    expect((await verifyStrict()).code).toBe(7);
    await strict.stop();
  });

  it('is counted by the fewest fields where not every row has an event id', async () => {
    const path = file(
      [
        'timestamp,location-lat,location-long,heading,comments,individual-local-identifier',
        ...Array.from(
          { length: 90 },
          (_, i) => `2014-05-01 12:00:${String(i % 60).padStart(2, '0')}.${i}00,${i % 3 === 0 ? ',,,still here' : '53.1,6.1,,'},Ann`,
        ),
        '2015-05-01 12:00:00.000,,,1.5,,Ann',
        '',
      ].join('\n'),
    );
    const { code, stdout } = await load(path, 'fields');
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as { verification: object }).verification).toMatchObject({
      verified: true,
      countedBy: ['lat', 'heading', 'comments'],
    });
  });

  it('is asked about the rows that were wanted, as they were wanted', async () => {
    const path = file(generateCollisions(3, { rows: 2000, order: 'shuffled', share: 0.4 }));
    for (const flags of [
      ['--duplicates', 'last'],
      ['--outliers', 'drop', '--duplicates', 'first'],
      ['--since', '2020-01-01'],
    ]) {
      const database = flags.join(' ');
      expect((await load(path, database, ...flags)).code).toBe(0);
      const { code, stdout } = await verify(path, database, ...flags, '--chunk-bytes', '5000');
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ alreadyThere: 0 });
    }
    // The default would have written more.
    expect((await verify(path, '--duplicates last')).code).toBe(7);
  });
});

describe.skipIf(!hasVictoriaMetrics)("a real VictoriaMetrics, verified (skipped without Debian's package victoria-metrics)", () => {
  it('holds every number after a load', { timeout: 60_000 }, async () => {
    const server = await startVictoriaMetrics('100y');
    try {
      const { code, stdout, stderr } = await skein(['load', GEESE, '--to', server.url, '--json', '--quiet']);
      expect([code, stderr]).toEqual([0, '']);
      expect((JSON.parse(stdout) as { verification: object }).verification).toMatchObject({ verified: true, compared: 50 });
    } finally {
      await server.stop();
    }
  });
});

describe('an InfluxDB 2 (stand-in), verified', () => {
  let server: StandIn;
  beforeAll(async () => {
    server = await startStandIn(['geese']);
  });
  afterAll(() => server.close());

  it('that lost a batch which it had said to have taken is found out at the end of the load', { timeout: 60_000 }, async () => {
    const environment = { INFLUX_TOKEN: TOKEN, INFLUX_ORG: ORG, XDG_STATE_HOME: temporaryDirectory() };
    const args = ['load', GEESE, '--to', server.url, '--bucket', 'geese', '--json', '--quiet'];
    expect((await skein(args, environment)).code).toBe(0);
    server.lines.get('geese')?.splice(5000, 1000);
    const { code, stderr, stdout } = await skein(args, environment);
    expect([code, stderr]).toEqual([7, expect.stringContaining('The server holds something else than the file says')]);
    const { countDifferences } = (JSON.parse(stdout) as { verification: { countDifferences: { expected: number; found: number }[] } })
      .verification;
    expect(countDifferences.reduce((sum, { expected, found }) => sum + expected - found, 0)).toBe(1000);
    // It says how to mend it, and that mends it.
    expect((await skein([...args, '--fresh'], environment)).code).toBe(0);
  });
});

describe('an export of which no row is written', () => {
  it('has nothing to ask a server about, which is all that is said', () => {
    const nothing = { points: 0, series: 0, fields: [], counts: [], alreadyThere: 0, compared: 0, values: [] };
    expect(verificationLines(nothing)).toEqual(['There is no point that the server must hold, so it was not asked.']);
  });
});

describe('a line', () => {
  it('is read back as it was written', async () => {
    const out = join(temporaryDirectory(), 'out');
    await skein(['load', file(ROWS), '--to', out]);
    await skein(['load', GEESE, '--to', `${out}2`]);
    const value = ({ type, value }: Field): unknown =>
      type === 'string' ? value : type === 'boolean' ? value === 'true' : type === 'integer' ? BigInt(value) : Number(value);
    for (const line of [...linesIn(out), ...linesIn(`${out}2`).slice(0, 2000)]) {
      const [point] = readLineProtocol(`${line}\n`);
      const found = readLine(line);
      expect([...found.tags]).toEqual([...point!.tags]);
      expect([...found.fields]).toEqual([...point!.fields].map(([key, field]) => [key, value(field)]));
      expect(String(found.timeMs)).toBe(point!.time);
    }
  });
});

describe('the fields that are counted', () => {
  it('cover every point, and the preferred one comes first where it has the most', () => {
    const pattern = fc.uniqueArray(fc.nat(9), { minLength: 1, maxLength: 6 }).map((slots) => slots.sort().join(' '));
    fc.assert(
      fc.property(fc.uniqueArray(pattern, { minLength: 1, maxLength: 30 }), fc.nat(9), (patterns, preferred) => {
        const chosen = coveringFields(new Set(patterns), 10, preferred);
        for (const fields of patterns) expect(fields.split(' ').some((slot) => chosen.includes(Number(slot)))).toBe(true);
        if (patterns.every((fields) => fields.split(' ').includes(String(preferred)))) expect(chosen).toEqual([preferred]);
      }),
    );
  });
});
