// `skein load` into an InfluxDB 2: a real one when SKEIN_TEST_INFLUX_URL,
// INFLUX_TOKEN and INFLUX_ORG name it, else a stand-in that gives the answers
// that a real one was seen to give.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { InfluxDB } from '@influxdata/influxdb-client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ORG, READ_TOKEN, type StandIn, startStandIn, TOKEN } from './support/influx2-stand-in.ts';
import { GEESE, linesIn, type Run, skein, startSkein, temporaryDirectory } from './support/skein.ts';
import { hasScript, skeinOnTerminal } from './support/terminal.ts';

const { SKEIN_TEST_INFLUX_URL: realUrl, INFLUX_TOKEN: realToken = '', INFLUX_ORG: realOrg = '' } = process.env;

describe('an InfluxDB 2 (stand-in)', () => {
  let server: StandIn;
  beforeAll(async () => {
    server = await startStandIn([]);
  });
  beforeEach(() => {
    server.lines.clear();
    server.lines.set('geese', []);
    server.writes = 0;
    server.deletes = 0;
    delete server.fail;
  });
  afterAll(() => server.close());
  const load = (args: string[] = [], environment: Record<string, string> = {}): Promise<Run> =>
    skein(['load', GEESE, '--to', server.url, '--bucket', 'geese', '--batch-lines', '1000', ...args], {
      INFLUX_TOKEN: TOKEN,
      INFLUX_ORG: ORG,
      ...environment,
    });

  const typed = (args: string[], answer: string): Promise<Run> =>
    skeinOnTerminal(args, '[y/N]', answer, { INFLUX_TOKEN: TOKEN, INFLUX_ORG: ORG });

  it('gets the same lines as a directory', async () => {
    const { code, stdout } = await load(['--json']);
    expect(code).toBe(0);
    const out = join(temporaryDirectory(), 'out');
    await skein(['load', GEESE, '--to', out]);
    expect(server.lines.get('geese')?.sort()).toEqual(linesIn(out).sort());
    const { directory, ...books } = JSON.parse(stdout) as Record<string, unknown>;
    expect(books).toMatchObject({ rows: 21_000, points: 20_724, balanced: true, destination: `${server.url}, bucket geese` });
    expect(readdirSync(String(directory)).sort()).toEqual(['journal.ndjson', 'mapping.json', 'rejects.csv', 'rejects.reasons.csv']);
  });

  it('gets the books of a load in the end, once, for a dashboard to show', async () => {
    server.books.length = 0;
    const state = ['--state', join(temporaryDirectory(), 'state')];
    expect((await load(state)).code).toBe(0);
    expect((await load(state)).stdout).toContain('was already loaded');
    expect(server.books).toEqual([
      expect.stringMatching(
        /^skein_load,measurement=movebank,source=geese\.csv rows=21000i,points=20724i,duplicates=264i,rejected=12i,filtered=0i,first_ms=1563415254000i,last_ms=1610614856000i,seconds=[\d.]+ \d{13}$/,
      ),
    ]);
  });

  it('is shown in the Grafana that GRAFANA_URL names, from the first fix to the last', async () => {
    const link = 'http://localhost:3000/d/skein?from=1563415254000&to=1610614856001&var-measurement=movebank';
    const withGrafana = { GRAFANA_URL: 'http://localhost:3000/' };
    expect((await load([], withGrafana)).stdout).toContain(`Look at it: open ${link}\n`);
    expect(JSON.parse((await load(['--json', '--fresh'], withGrafana)).stdout)).toMatchObject({ dashboard: link });
    expect((await load(['--fresh', '--dry-run'], withGrafana)).stdout).not.toContain('/d/skein');
    const { code, stderr } = await load([], { GRAFANA_URL: 'localhost:3000' });
    expect({ code, stderr }).toEqual({ code: 2, stderr: 'skein: GRAFANA_URL cannot be read. It looks like http://localhost:3000.\n' });
  });

  it('that does not take the books makes the load no less done', async () => {
    server.fail = { from: 22, status: 400, message: 'partial write' };
    const { code, stdout } = await load();
    expect(code).toBe(0);
    expect(stdout).toContain('The books of this load could not be left in the bucket for the dashboard: partial write (status 400)');
  });

  it('is reached by the names in an env file and a token file', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, '.env'), `INFLUX_HOST=${server.url}\nINFLUX_ORG="${ORG}"\nINFLUX_BUCKET=geese\n`);
    writeFileSync(join(directory, 'token'), `${TOKEN}\n`);
    const { code } = await skein([
      'load',
      GEESE,
      '--to',
      'influx',
      '--env-file',
      join(directory, '.env'),
      '--token-file',
      join(directory, 'token'),
    ]);
    expect(code).toBe(0);
    expect(server.lines.get('geese')).toHaveLength(20_724);
  });

  const refusals: [what: string, args: string[], environment: Record<string, string>, code: number, sentence: RegExp][] = [
    ['no token', [], { INFLUX_TOKEN: '' }, 5, /wants a token\. Put it into INFLUX_TOKEN/],
    ['a wrong token', [], { INFLUX_TOKEN: 'hush-hush' }, 5, /does not accept the token\. Check INFLUX_TOKEN/],
    ['a token without the right to write', [], { INFLUX_TOKEN: READ_TOKEN }, 5, /does not let this token write into the bucket geese/],
    ['an unknown bucket', ['--bucket', 'nope'], {}, 5, /has no bucket nope\..*--create-bucket/],
    ['an unknown organization', ['--org', 'nope'], {}, 5, /has no organization nope\. Check --org/],
    ['no organization', [], { INFLUX_ORG: '' }, 2, /wants an organization/],
    [
      'a port where nothing listens',
      ['--to', 'http://127.0.0.1:1'],
      {},
      5,
      /No server answers at http:\/\/127\.0\.0\.1:1: the connection was refused/,
    ],
  ];
  it.each(refusals)('%s is said before anything is written', async (_, args, environment, code, sentence) => {
    const state = temporaryDirectory();
    const refused = await load(args, { XDG_STATE_HOME: state, ...environment });
    expect([refused.code, refused.stdout]).toEqual([code, '']);
    expect(refused.stderr).toMatch(sentence);
    expect(refused.stderr).not.toContain('hush');
    expect(server.writes).toBe(0);
    expect(readdirSync(state)).toEqual([]);
  });

  it('gets a bucket that it does not have with --create-bucket', async () => {
    expect((await load(['--bucket', 'new', '--create-bucket'])).code).toBe(0);
    expect(server.lines.get('new')).toHaveLength(20_724);
  });

  it('that fails in the middle ends the run with 5 and the rows that were not written', async () => {
    server.fail = { from: 8, status: 500, message: `engine: cache-max-memory-size exceeded ${TOKEN}` };
    const { code, stderr } = await load(['--chunk-bytes', '300000', '--workers', '1', '--in-flight', '1', '--retry-seconds', '0']);
    expect(code).toBe(5);
    expect(stderr).not.toContain(TOKEN);
    const said =
      /answered with status 500: engine: cache-max-memory-size exceeded \*\*\*\. Tried once in 0 s\. Not written: (.*)\. Mend the cause/.exec(
        stderr,
      );
    const unwritten = new Set<number>();
    for (const [, first, last] of (said?.[1] ?? '').matchAll(/rows ([\d,]+) to ([\d,]+)/g)) {
      for (let row = Number(first?.replaceAll(',', '')); row <= Number(last?.replaceAll(',', '')); row++) unwritten.add(row);
    }
    // Every row that is not named is on the server, and none of those that are.
    const ids = new Set((server.lines.get('geese') ?? []).map((line) => /event_id=(\d+)i/.exec(line)?.[1]));
    // Rejects and rows that repeat another are no points anywhere.
    const out = join(temporaryDirectory(), 'out');
    await skein(['load', GEESE, '--to', out]);
    const points = new Set(linesIn(out).map((line) => /event_id=(\d+)i/.exec(line)?.[1]));
    const text = readFileSync(GEESE, 'utf8').split('\r\n').slice(1, 5000);
    const firstRows = text.map((line, i) => ({ row: i + 1, id: line.split(',')[0] })).filter(({ id }) => points.has(id));
    for (const { row, id } of firstRows) expect([row, ids.has(id)]).toEqual([row, !unwritten.has(row)]);
    expect(unwritten.size).toBeGreaterThan(10_000);
  });

  it('that fails for good is tried for so long with one batch, not with each that is on its way', async () => {
    server.fail = { from: 8, status: 503, message: 'busy' };
    const began = performance.now();
    const { code, stderr } = await load(['--chunk-bytes', '300000', '--workers', '1', '--in-flight', '1', '--retry-seconds', '3']);
    expect(code).toBe(5);
    expect(stderr).toMatch(/(Tried \d+ times in [123] s|Another batch was tried for as long as is allowed)\. Not written/);
    // There are six, which one after the other take 15 s.
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it.each([['for 15 minutes'], ['for the minute that the server asks for', '60']] as const)(
    'that fails for good keeps a user who stops the load no longer than an attempt, not %s',
    async (_, retryAfter = undefined) => {
      server.fail = { from: 8, status: 503, message: 'busy', ...(retryAfter === undefined ? {} : { retryAfter }) };
      const state = { XDG_STATE_HOME: temporaryDirectory() };
      const args = ['load', GEESE, '--to', server.url, '--bucket', 'geese', '--batch-lines', '1000', '--chunk-bytes', '300000'];
      const environment = { INFLUX_TOKEN: TOKEN, INFLUX_ORG: ORG, ...state };
      const { child, ended } = startSkein(args, environment);
      while (server.writes < 8) await sleep(20);
      await sleep(300);
      const began = performance.now();
      child.kill('SIGINT');
      const { code, stderr } = await ended;
      expect(performance.now() - began).toBeLessThan(5000);
      expect([code, stderr]).toEqual([
        130,
        expect.stringMatching(/status 503: busy\. It was not tried again\. Stopped with [\d,]+ of 21,000 rows done\. .* goes on from here/),
      ]);
      delete server.fail;
      expect((await skein(args, environment)).code).toBe(0);
      expect(server.lines.get('geese')?.length).toBeGreaterThanOrEqual(20_724);
      expect(new Set(server.lines.get('geese')).size).toBe(20_724);
    },
  );

  it('that has lost the bucket in which an earlier run wrote does not get the rest of the load', async () => {
    server.fail = { from: 8, status: 500, message: 'timeout' };
    const state = { XDG_STATE_HOME: temporaryDirectory() };
    const args = ['--chunk-bytes', '300000', '--workers', '1', '--retry-seconds', '0', '--create-bucket', '--no-verify'];
    expect((await load(args, state)).code).toBe(5);
    delete server.fail;
    server.lines.delete('geese');
    const refused = await load(args, state);
    expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining('has no bucket geese any more')]);
    expect(server.lines.has('geese')).toBe(false);
    expect((await load([...args, '--fresh'], state)).code).toBe(0);
    expect(server.lines.get('geese')).toHaveLength(20_724);
  });

  it.skipIf(!hasScript)('is emptied after a yes on the terminal only (skipped without the program script)', async () => {
    const ask = (answer: string): Promise<Run> =>
      typed(['load', GEESE, '--to', server.url, '--bucket', 'geese', '--replace-bucket', '--no-verify'], answer);
    const no = await ask('n\n');
    expect([no.code, no.stdout]).toEqual([2, expect.stringContaining('Not confirmed: nothing was deleted and nothing written.')]);
    expect(no.stdout).toContain(`Delete everything that the bucket geese of ${server.url} holds? [y/N]`);
    const interrupted = await ask('\x03');
    expect([interrupted.code, interrupted.stdout]).toEqual([130, expect.stringContaining('Stopped; nothing was deleted')]);
    expect(server.deletes).toBe(0);
    const yes = await ask('y\n');
    expect([yes.code, yes.stdout]).toEqual([0, expect.stringContaining('The bucket geese was emptied.')]);
    expect(server.deletes).toBe(1);
  });

  it('gets a load a second time only with --fresh', async () => {
    const state = { XDG_STATE_HOME: temporaryDirectory() };
    expect((await load(['--no-verify'], state)).code).toBe(0);
    const { writes } = server;
    expect(await load(['--no-verify'], state)).toMatchObject({ code: 0, stdout: expect.stringContaining('was already loaded') });
    expect(server.writes).toBe(writes);
    expect((await load(['--fresh', '--no-verify'], state)).code).toBe(0);
    expect(server.writes).toBe(2 * writes);
  });
});

describe.skipIf(realUrl === undefined)('a real InfluxDB 2 (skipped without SKEIN_TEST_INFLUX_URL)', () => {
  const bucket = `skein-test-${process.pid}`;
  const load = (args: string[] = []): Promise<Run> =>
    skein(['load', GEESE, '--to', realUrl ?? '', '--bucket', bucket, ...args], { INFLUX_TOKEN: realToken, INFLUX_ORG: realOrg });
  const query = (flux: string): Promise<Record<string, unknown>[]> =>
    new InfluxDB({ url: realUrl ?? '', token: realToken }).getQueryApi(realOrg).collectRows(flux);
  const everything = `from(bucket: "${bucket}") |> range(start: 1677-09-22T00:00:00Z, stop: 2262-04-11T00:00:00Z) |> filter(fn: (r) => r._measurement == "movebank"`;

  it('holds every point, and twice the same load changes nothing', async () => {
    expect((await load(['--create-bucket'])).code).toBe(0);
    const count = async (): Promise<unknown> =>
      (await query(`${everything} and r._field == "event_id") |> count() |> group() |> sum()`))[0]?.['_value'];
    const out = join(temporaryDirectory(), 'out');
    await skein(['load', GEESE, '--to', out]);
    const keys = new Set(linesIn(out).map((line) => `${line.slice(0, line.search(/(?<!\\) /))} ${line.slice(line.lastIndexOf(' '))}`));
    expect(await count()).toBe(keys.size);
    expect((await load(['--fresh'])).code).toBe(0);
    expect(await count()).toBe(keys.size);
  });

  it('gives back the values as they stand in the file', async () => {
    const [point] = await query(
      `${everything} and r.tag_local_identifier == "5107") |> limit(n: 1) |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value") |> group() |> sort(columns: ["_time"]) |> limit(n: 1)`,
    );
    expect(point).toMatchObject({
      _time: '2019-07-23T23:00:40Z',
      individual_local_identifier: 'Sigrún, first of Ísafjörður',
      event_id: 187_239_089,
      lon: -23.3306602,
      lat: 71.1679314,
      visible: true,
    });
  });

  it.each([
    [{ INFLUX_TOKEN: 'wrong', INFLUX_ORG: realOrg }, /does not accept the token/],
    [{ INFLUX_TOKEN: realToken, INFLUX_ORG: 'nope' }, /has no organization nope/],
  ])('refuses before anything is written', async (environment, sentence) => {
    const { code, stderr } = await skein(['load', GEESE, '--to', realUrl ?? '', '--bucket', bucket], environment);
    expect([code, stderr]).toEqual([5, expect.stringMatching(sentence)]);
  });
});
