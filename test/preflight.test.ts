// What is made sure of between the survey and the first write, on real servers.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clockNote, keepsTooShort, shardNote, typeConflicts } from '../src/destination/influx/planned-load.ts';
import type { StoredType } from '../src/destination/influx/questions.ts';
import { shardCount, shardGroupSeconds } from '../src/destination/influx/shard-groups.ts';
import { ADMIN, ADMIN_TOKEN, hasInfluxdb1, type Influxdb1, startInfluxdb1 } from './support/influxdb1.ts';
import { skein, temporaryDirectory } from './support/skein.ts';
import { hasVictoriaMetrics, startVictoriaMetrics, type VictoriaMetrics } from './support/victoria-metrics.ts';

const { SKEIN_TEST_INFLUX_URL: realUrl, INFLUX_TOKEN: realToken = '', INFLUX_ORG: realOrg = '' } = process.env;
const DAY_MS = 86_400_000;
const day = (text: string): number => Date.parse(`${text}T00:00:00Z`);

/** An export with a row at each time. */
function exportAt(...times: string[]): string {
  const file = join(temporaryDirectory(), 'export.csv');
  const rows = times.map((time, i) => `${i + 1},${time},6.5,53.0,10.5,"gps","Ann"`);
  writeFileSync(
    file,
    ['event-id,timestamp,location-long,location-lat,heading,sensor-type,individual-local-identifier', ...rows, ''].join('\n'),
  );
  return file;
}

interface Answer {
  code: number | null;
  stderr: string;
  notes: string[];
  points: number;
}

async function load(file: string, args: string[], environment: Record<string, string> = {}): Promise<Answer> {
  const { code, stdout, stderr } = await skein(['load', file, '--json', '--quiet', ...args], environment);
  const { notes, points } = (code === 0 ? JSON.parse(stdout) : { notes: [], points: 0 }) as { notes: string[]; points: number };
  return { code, stderr, notes, points };
}

describe('shard groups', () => {
  it.each([
    ['2014-05-01', '2014-05-02', 7],
    ['2014-05-01', '2014-07-20', 7],
    ['2014-05-01', '2015-04-01', 28],
    ['2014-05-01', '2015-06-01', 364],
    ['2010-01-01', '2022-12-01', 364],
    ['1999-01-01', '2024-06-01', 728],
    ['1900-01-01', '2024-12-01', 3640],
    ['1678-01-01', '2262-01-01', 3640],
  ])('of a bucket for %s to %s have %i days, so that there are few', (first, last, days) => {
    const span = { firstMs: day(first), lastMs: day(last) };
    expect(shardGroupSeconds(span)).toBe(days * 86_400);
    expect(shardCount(span, days * 86_400)).toBeLessThan(70);
  });

  it('are counted as the server cuts them', () => {
    const week = 7 * 86_400;
    // 2019-07-22 was a Monday, on which groups of 7 days begin.
    expect(shardCount({ firstMs: day('2019-07-22') - 1, lastMs: day('2019-07-22') }, week)).toBe(2);
    expect(shardCount({ firstMs: day('2019-07-22'), lastMs: day('2019-07-29') - 1 }, week)).toBe(1);
    expect(shardCount({ firstMs: day('1965-01-01'), lastMs: day('1975-01-01') }, week)).toBe(523);
  });
});

describe('a planned load', () => {
  const planned = {
    measurement: 'movebank',
    fields: new Map([
      ['lat', 'float'],
      ['event_id', 'integer'],
      ['comments', 'text'],
    ] as const),
    firstMs: day('2014-05-01'),
    lastMs: day('2016-05-01'),
  };
  const stored = (...types: [string, StoredType[]][]) => new Map(types.map(([field, all]) => [field, new Set(all)]));

  it('conflicts with fields of other types, also with those of one shard only', () => {
    expect(typeConflicts(planned, stored(['lat', ['float']], ['comments', ['string']], ['other', ['string']]))).toEqual([]);
    expect(typeConflicts(planned, stored(['lat', ['float', 'integer']], ['event_id', ['float']]))).toEqual([
      'lat (float here, float and integer there)',
      'event_id (integer here, float there)',
    ]);
  });

  it('has rows that are too old for a retention, or none', () => {
    const facts = { retentionMs: 730 * DAY_MS, shardGroupSeconds: 86_400 };
    expect(keepsTooShort(planned, { ...facts, retentionMs: undefined }, day('2016-05-01'))).toBeUndefined();
    expect(keepsTooShort(planned, facts, day('2016-04-30'))).toBeUndefined();
    expect(keepsTooShort(planned, facts, day('2017-01-01') + 1)).toBe(
      'keeps points for 730 days, so the rows from 2014-05-01T00:00:00.000Z to 2015-01-02T00:00:00.001Z would be lost. Give it a longer retention, or leave them out with --since 2015-01-03.',
    );
    expect(keepsTooShort(planned, facts, day('2030-01-01'))).toContain('to 2016-05-01T00:00:00.000Z would be lost');
  });

  it('makes many shards, or few', () => {
    expect(shardNote(planned, { retentionMs: undefined, shardGroupSeconds: 7 * 86_400 })).toContain('of 7 days make up to 105 shards');
    expect(shardNote(planned, { retentionMs: undefined, shardGroupSeconds: 8 * 86_400 })).toBeUndefined();
  });

  it('is noted to go to a server whose clock is wrong', () => {
    expect([clockNote(59_000), clockNote(-60_000)]).toEqual([undefined, undefined]);
    expect(clockNote(3_600_000)).toContain('60 min ahead of');
    expect(clockNote(-120_000)).toContain('2 min behind');
  });
});

const OLD = exportAt('2014-05-01 12:00:00.000', '2019-05-01 12:00:00.000');

describe.skipIf(!hasInfluxdb1)("before a load into an InfluxDB 1.x (skipped without Debian's package influxdb)", () => {
  let server: Influxdb1;
  let url: string;
  const admin = { INFLUX_TOKEN: ADMIN_TOKEN };
  let writer: { INFLUX_TOKEN: string };
  const to = (bucket: string, ...more: string[]): string[] => ['--to', url, '--bucket', bucket, ...more];
  beforeAll(async () => {
    server = await startInfluxdb1(ADMIN);
    url = server.url;
    await server.query('CREATE DATABASE geese WITH DURATION INF SHARD DURATION 7d');
    writer = { INFLUX_TOKEN: await server.makeWriter('geese') };
  }, 60_000);
  afterAll(() => server.stop());

  const policies = async (database: string): Promise<unknown[][]> =>
    (await server.query(`SHOW RETENTION POLICIES ON "${database}"`))[0]?.values.map(([name, duration, shards]) => [
      name,
      duration,
      shards,
    ]) ?? [];

  it('a database or retention policy is made with shard groups for the span of the data, and not on a dry run', async () => {
    const dry = await load(OLD, to('made', '--create-bucket', '--dry-run'), admin);
    expect(dry.notes).toEqual(['The bucket made would be made, with shard groups of 364 days.']);
    expect((await server.query('SHOW DATABASES'))[0]?.values.flat()).not.toContain('made');
    const { notes } = await load(OLD, to('made', '--create-bucket'), admin);
    expect(notes).toEqual(['The bucket made was made, with shard groups of 364 days.']);
    expect(await policies('made')).toEqual([['autogen', '0s', '8736h0m0s']]);

    expect((await load(OLD, to('made/more'), admin)).stderr).toContain('has no bucket made/more. Check --bucket');
    expect((await load(OLD, to('made/more', '--create-bucket'), admin)).code).toBe(0);
    expect((await load(OLD, to('two/years', '--create-bucket'), admin)).code).toBe(0);
    expect(await policies('made')).toContainEqual(['more', '0s', '8736h0m0s']);
    expect(await policies('two')).toEqual([['years', '0s', '8736h0m0s']]);
    const [counted] = await server.query('SELECT count(event_id) FROM made.more.movebank');
    expect(counted?.values[0]?.[1]).toBe(2);
  });

  it('many shards are noted', async () => {
    expect((await load(OLD, to('geese', '--dry-run'), admin)).notes).toEqual([expect.stringContaining('of 7 days make up to 262 shards')]);
  });

  it('rows older than the retention stop the run, unless they are left out', async () => {
    await server.query('CREATE DATABASE short WITH DURATION 3000d');
    const refused = await load(OLD, to('short'), admin);
    expect([refused.code, refused.stderr]).toEqual([
      5,
      expect.stringMatching(
        /keeps points for 3000 days, so the rows from 2014-05-01T12:00:00.000Z to 20\d\d-.* would be lost\. .*--since 20\d\d-/,
      ),
    ]);
    const since = /--since (\S+)\.$/m.exec(refused.stderr)?.[1] ?? '';
    const loaded = await load(OLD, to('short', '--since', since), admin);
    expect([loaded.code, loaded.points]).toEqual([0, 1]);
    expect(await server.query('SELECT count(event_id) FROM movebank', 'short')).toHaveLength(1);
  });

  it('a field that the bucket has with another type, in whatever shard, stops the run', async () => {
    await server.query('CREATE DATABASE typed');
    const body = 'movebank heading="north" 1000000000000\nmovebank heading=1 1400000000000';
    const authorization = `Basic ${Buffer.from(ADMIN_TOKEN).toString('base64')}`;
    await fetch(`${url}/write?db=typed&precision=ms`, { method: 'POST', headers: { authorization }, body });
    const refused = await load(OLD, to('typed'), admin);
    expect([refused.code, refused.stderr]).toEqual([
      5,
      expect.stringContaining('has fields of movebank with another type: heading (float here, float and string there).'),
    ]);
    expect((await load(OLD, to('typed', '--measurement', 'other'), admin)).code).toBe(0);
  });

  it('a user who may only write is told what was not checked, unless another one may look', async () => {
    expect((await load(OLD, to('geese', '--dry-run'), writer)).notes).toEqual([
      'This token may not look at the bucket geese, so its retention and shards were not checked.',
      'This token may not read the bucket geese, so the types of the fields that it has were not checked.',
    ]);
    const file = join(temporaryDirectory(), '.env.admin');
    writeFileSync(file, `INFLUX_TOKEN=${ADMIN_TOKEN}\n`);
    expect((await load(OLD, to('geese', '--dry-run', '--admin-env-file', file), writer)).notes).toEqual([
      expect.stringContaining('make up to 262 shards'),
    ]);
    const refused = await load(OLD, to('geese', '--replace-bucket', '--yes'), writer);
    expect([refused.code, refused.stderr]).toEqual([
      5,
      expect.stringMatching(/not authorized.* Name a file with a token that may with --admin-env-file/),
    ]);
    writeFileSync(file, 'INFLUX_URL=x\n');
    const empty = await load(OLD, to('geese', '--admin-env-file', file), writer);
    expect([empty.code, empty.stderr]).toEqual([2, expect.stringContaining('has no INFLUX_TOKEN')]);
  });

  it('all points of the database are deleted with --replace-bucket and --yes, not on a dry run, and not when a run is gone on with', async () => {
    const count = async (measurement: string): Promise<unknown> =>
      (await server.query(`SELECT count(*) FROM ${measurement}`, 'full'))[0]?.values[0]?.[1];
    expect((await load(OLD, to('full', '--create-bucket', '--measurement', 'old'), admin)).code).toBe(0);
    const asked = await load(OLD, to('full', '--replace-bucket'), admin);
    expect([asked.code, asked.stderr]).toEqual([2, expect.stringContaining('there is no terminal to ask on. Add --yes')]);
    const dry = await load(OLD, to('full', '--replace-bucket', '--yes', '--dry-run'), admin);
    expect(dry.notes).toEqual(['The bucket full would be emptied.']);
    expect(await count('old')).toBe(2);
    const replaced = await load(OLD, to('full', '--replace-bucket', '--yes'), admin);
    expect(replaced.notes).toEqual(['The bucket full was emptied.']);
    expect([await count('old'), await count('movebank')]).toEqual([undefined, 2]);
    await server.query('CREATE RETENTION POLICY more ON "full" DURATION INF REPLICATION 1');
    const several = await load(OLD, to('full', '--replace-bucket', '--yes'), admin);
    expect([several.code, several.stderr]).toEqual([5, expect.stringContaining('one of several retention policies (autogen, more)')]);
  });
});

describe.skipIf(!hasVictoriaMetrics)("before a load into a VictoriaMetrics (skipped without Debian's package victoria-metrics)", () => {
  const servers: VictoriaMetrics[] = [];
  const start = async (retention: string, ...flags: string[]): Promise<VictoriaMetrics> => {
    const server = await startVictoriaMetrics(retention, flags);
    servers.push(server);
    return server;
  };
  afterAll(() => Promise.all(servers.map((server) => server.stop())));

  it('times that it does not keep stop the run, with what to do', { timeout: 60_000 }, async () => {
    const { url } = await start('1');
    const refused = await load(OLD, ['--to', url]);
    expect([refused.code, refused.stderr]).toEqual([
      5,
      expect.stringMatching(/dropped a point of 2014-05-01T12:00:00.000Z .* needs a longer -retentionPeriod, like -retentionPeriod=100y/),
    ]);
    const ancient = await load(exportAt('1969-12-31 23:00:00.000'), ['--to', url]);
    expect([ancient.code, ancient.stderr]).toEqual([5, expect.stringContaining('Leave the rows of then out with --since 1970-01-02')]);
    const now = new Date().toISOString().slice(0, 10);
    const ahead = await load(exportAt(`${now} 00:00:00.000`, '2090-01-01 00:00:00.000'), ['--to', url]);
    expect([ahead.code, ahead.stderr]).toEqual([5, expect.stringContaining('leave that out with --until')]);
  });

  it('whether a point that is sent twice is kept twice is found out and said, and nothing is left of that', async () => {
    const plain = await start('100y');
    expect((await load(OLD, ['--to', plain.url])).notes).toEqual([expect.stringContaining('possible doubles')]);
    expect(await plain.samples('{__name__=~"skein_.*"}')).toEqual([]);
    expect(await plain.samples('{__name__="movebank_lat"}')).toHaveLength(1);
    const strict = await start('100y', '-dedup.minScrapeInterval=1ms');
    expect((await load(OLD, ['--to', strict.url])).notes).toEqual([expect.stringContaining('sending a batch again does no harm')]);
    const coarse = await start('100y', '-dedup.minScrapeInterval=1m');
    expect((await load(OLD, ['--to', coarse.url])).notes[0]).toContain('only one of the points of a series that are close in time');
  });

  it('nothing is written on a dry run, and it is not emptied', async () => {
    const { url, samples } = await start('100y');
    const dry = await load(OLD, ['--to', url, '--dry-run']);
    expect(dry.notes).toEqual(['What the server keeps was not tried out, because a dry run writes nothing.']);
    expect(await samples('{__name__=~".+"}')).toEqual([]);
    const refused = await load(OLD, ['--to', url, '--replace-bucket', '--yes']);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('is a VictoriaMetrics, which Skein cannot empty')]);
  });
});

describe.skipIf(realUrl === undefined)('before a load into an InfluxDB 2 (skipped without SKEIN_TEST_INFLUX_URL)', () => {
  const headers = { authorization: `Token ${realToken}` };
  const api = async (path: string, body?: unknown): Promise<Record<string, never>> => {
    const answer = await fetch(`${realUrl}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers,
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    return text === '' ? {} : (JSON.parse(text) as Record<string, never>);
  };
  const bucketOf = async (name: string): Promise<{ id: string; retentionRules: { shardGroupDurationSeconds: number }[] } | undefined> =>
    ((await api(`/api/v2/buckets?name=${name}`))['buckets'] ?? [])[0];
  const name = (what: string): string => `preflight-${process.pid}-${what}`;
  const operator = { INFLUX_TOKEN: realToken, INFLUX_ORG: realOrg };
  const to = (bucket: string, ...more: string[]): string[] => ['--to', realUrl ?? '', '--bucket', bucket, ...more];
  let orgID: string;
  beforeAll(async () => {
    orgID = (((await api(`/api/v2/orgs?org=${realOrg}`))['orgs'] ?? []) as { id: string }[])[0]?.id ?? '';
  });

  it('a bucket is made with shard groups for the span, and emptied without becoming another', async () => {
    const bucket = name('made');
    expect((await load(OLD, to(bucket, '--create-bucket'), operator)).notes).toEqual([
      `The bucket ${bucket} was made, with shard groups of 364 days.`,
    ]);
    const made = await bucketOf(bucket);
    expect(made?.retentionRules[0]?.shardGroupDurationSeconds).toBe(364 * 86_400);
    await api(`/api/v2/write?org=${realOrg}&bucket=${bucket}`, 'left f=1');
    const replaced = await load(OLD, to(bucket, '--replace-bucket', '--yes', '--fresh'), operator);
    expect(replaced.notes).toEqual([`The bucket ${bucket} was emptied.`]);
    expect((await bucketOf(bucket))?.id).toBe(made?.id);
    const query = new URLSearchParams({ db: bucket, q: 'SHOW MEASUREMENTS' });
    expect(JSON.stringify(await api(`/query?${query}`))).toContain('"values":[["movebank"],["skein_load"]]');
  });

  it('types of any shard, and retention, stop the run', async () => {
    const bucket = name('typed');
    await api('/api/v2/buckets', {
      orgID,
      name: bucket,
      retentionRules: [{ type: 'expire', everySeconds: 3000 * 86_400, shardGroupDurationSeconds: 604_800 }],
    });
    expect((await load(OLD, to(bucket), operator)).stderr).toContain('keeps points for 3000 days');
    await api(
      `/api/v2/write?org=${realOrg}&bucket=${bucket}&precision=ms`,
      `movebank heading="north" ${Date.now()}\nmovebank heading=1 ${Date.now() - 30 * DAY_MS}`,
    );
    const refused = await load(OLD, to(bucket, '--since', '2019-01-01'), operator);
    expect(refused.stderr).toContain('heading (float here, float and string there)');
  });

  it('a token that may only write is told what was not checked, and which file helps', async () => {
    const bucket = name('narrow');
    await api('/api/v2/buckets', { orgID, name: bucket, retentionRules: [] });
    const id = (await bucketOf(bucket))?.id;
    const permissions = [{ action: 'write', resource: { type: 'buckets', id, orgID } }];
    const narrow = { INFLUX_TOKEN: String((await api('/api/v2/authorizations', { orgID, permissions }))['token']), INFLUX_ORG: realOrg };
    const { code, notes } = await load(OLD, to(bucket, '--no-verify'), narrow);
    expect([code, notes]).toEqual([
      0,
      [
        `This token may not look at the bucket ${bucket}, so its retention and shards were not checked.`,
        `This token may not read the bucket ${bucket}, so the types of the fields that it has were not checked.`,
      ],
    ]);
    const file = join(temporaryDirectory(), '.env.admin');
    writeFileSync(file, `INFLUX_TOKEN=${realToken}\n`);
    expect((await load(OLD, to(bucket, '--fresh', '--no-verify', '--admin-env-file', file), narrow)).notes).toEqual([
      expect.stringContaining('of 7 days make up to 262 shards'),
    ]);
    const missing = await load(OLD, to(name('none'), '--create-bucket'), narrow);
    expect(missing.stderr).toMatch(/does not let this token see the organization .*--admin-env-file/);
  });
});
