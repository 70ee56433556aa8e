// The servers that take line protocol: how each is told from the others, and
// what its refusals say.

import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { dialectOf } from '../src/destination/influx/dialects.ts';
import { probe } from '../src/destination/influx/probe.ts';
import type { InfluxTarget } from '../src/destination/influx/target.ts';
import { InfluxWriter } from '../src/destination/influx/writer.ts';
import { RunGauge } from '../src/destination/run-gauge.ts';
import { type StandIn3, startStandIn3, TOKEN } from './support/influx3-stand-in.ts';
import { GEESE, linesIn, type Run, skein, temporaryDirectory } from './support/skein.ts';
import { hasVictoriaMetrics, startVictoriaMetrics, type VictoriaMetrics } from './support/victoria-metrics.ts';

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a server', () => {
  const answers: [what: string, dialect: string, headers: Record<string, string>, bodies: Record<string, string>][] = [
    ['InfluxDB 1.6', 'influxdb-1', { 'X-Influxdb-Version': '1.6.7~rc0' }, {}],
    ['InfluxDB 1.8.0', 'influxdb-1', { 'X-Influxdb-Version': '1.8.0' }, { '/health': '{"status":"pass"}' }],
    ['InfluxDB 2', 'influxdb-2', { 'X-Influxdb-Version': 'v2.9.1' }, {}],
    ['an InfluxDB 2 that somebody built', 'influxdb-2', { 'X-Influxdb-Version': 'dev' }, { '/api/v2/setup': '{\n\t"allowed": false\n}' }],
    ['InfluxDB 3, by its body', 'influxdb-3', {}, { '/ping': '{"version":"3.1.0","revision":"abc"}' }],
    ['VictoriaMetrics 1.79, which names no version', 'victoria-metrics', { 'X-Server-Hostname': 'vm' }, {}],
    ['VictoriaMetrics that says it is a 1.8', 'victoria-metrics', { 'X-Server-Hostname': 'vm', 'X-Influxdb-Version': '1.8.0' }, {}],
    ['VictoriaMetrics behind a proxy that hides it', 'victoria-metrics', { 'X-Influxdb-Version': '1.8.0' }, { '/health': 'OK' }],
  ];
  it.each(answers)('is told to be %s', async (_, dialect, headers, bodies) => {
    const url = await serve(({ url = '' }, response) => {
      const body = bodies[url];
      response.writeHead(body === undefined ? (url === '/ping' ? 204 : 404) : 200, headers).end(body);
    });
    expect(await probe({ url, token: undefined })).toBe(dialect);
  });

  it('that is something else is refused, and one that wants a token is not taken for that', async () => {
    const other = await serve((_, response) => response.end('<html>'));
    await expect(probe({ url: other, token: undefined })).rejects.toThrow(`${other} does not answer like an InfluxDB.`);
    const later = await serve((_, response) => response.setHeader('X-Influxdb-Version', '4.0.0').end());
    await expect(probe({ url: later, token: undefined })).rejects.toThrow('is an InfluxDB 4.0.0, which this version cannot load into');
    const closed = await serve((_, response) => response.writeHead(401).end());
    expect(await probe({ url: closed, token: undefined })).toBe('locked');
    expect(await probe({ url: closed, token: 'hush' })).toBe('locked');
  });
});

describe('a server that takes writes and answers everything else with a page', () => {
  const file = join(temporaryDirectory(), 'export.csv');
  writeFileSync(file, 'event-id,timestamp,location-long,location-lat\n1,2014-05-01 12:00:00.000,6.5,53.0\n');

  it.each([
    ['InfluxDB 2', 'v2.9.1'],
    ['InfluxDB 1.x', '1.8.10'],
    ['InfluxDB 3', '3.1.0'],
  ])('as %s ends the run with a sentence', async (_, version) => {
    const url = await serve(({ method, url: path = '' }, response) => {
      response.setHeader('X-Influxdb-Version', version);
      if (path === '/ping' || (method === 'POST' && path.includes('write'))) response.writeHead(204).end();
      else response.end('<html>\u001b[2J');
    });
    const { code, stderr } = await skein(['load', file, '--to', url, '--org', 'o'], { INFLUX_TOKEN: 'hush-hush' });
    expect([code, stderr]).toEqual([5, expect.stringContaining(`${url} answered a query with what is no answer: <html> [2J`)]);
  });
});

describe('a refusal', () => {
  const lines = ['m,t=a f=1 1', 'm,t=b f=x 1', "m,t=it's': f=y 1", 'm,t=c f=2 1', 'm,t=b f=x 1'];
  const said = (message: string) => JSON.stringify({ code: 'invalid', message });
  const quoted = "unable to parse 'm,t=b f=x 1': invalid boolean\nunable to parse 'm,t=it's': f=y 1': invalid boolean";
  const named = (dialect: InfluxTarget['dialect'], status: number, text: string, isCut = false) =>
    dialectOf({ dialect }).namedLines({ status, text, isCut }, lines);

  it('of InfluxDB 2 names the lines that it quotes whole; nothing else is written', () => {
    expect(named('influxdb-2', 400, said(quoted))).toEqual({
      refused: [
        { line: 1, message: 'invalid boolean' },
        { line: 4, message: 'invalid boolean' },
        { line: 2, message: 'invalid boolean' },
      ],
      othersTaken: false,
    });
  });

  it('of InfluxDB 2 that is cut names those before the cut', () => {
    const text = said(quoted);
    const second = text.indexOf("unable to parse 'm,t=it");
    for (let end = 0; end < text.length; end++) {
      const refused = named('influxdb-2', 400, text.slice(0, end), true)?.refused.map(({ line }) => line);
      const isWhole = end >= second + "unable to parse '".length;
      expect([end, refused]).toEqual([end, isWhole ? [1, 4] : undefined]);
    }
  });

  it('of InfluxDB 2 that names none for certain leaves it open', () => {
    expect(named('influxdb-2', 400, said("unable to parse 'm,t=q s=\"open 1\nm,t=a f=1 1': unbalanced quotes"))).toBeUndefined();
    expect(named('influxdb-2', 400, said('invalid precision'))).toBeUndefined();
    expect(named('influxdb-2', 400, 'plain text')).toBeUndefined();
    expect(named('influxdb-2', 422, said(`partial write: ${quoted} dropped=1`))).toBeUndefined();
    expect(named('influxdb-1', 400, `{"error":"partial write: ${quoted.replace('\n', ' ')}"}`)).toBeUndefined();
  });

  const listed = (...numbers: number[]) =>
    JSON.stringify({
      error: 'partial write of line protocol occurred',
      data: numbers.map((line_number) => ({ original_line: 'm,t={"b"}', line_number, error_message: 'no {such} "type"' })),
    });

  it('of InfluxDB 3 names lines by number; the others are written', () => {
    const message = 'no {such} "type"';
    expect(named('influxdb-3', 400, listed(2, 5))).toEqual({
      refused: [
        { line: 1, message },
        { line: 4, message },
      ],
      othersTaken: true,
    });
  });

  it('of InfluxDB 3 that may not list all leaves the others to be sent again', () => {
    expect(named('influxdb-3', 400, listed(2, 5).slice(0, -10), true)).toMatchObject({ refused: [{ line: 1 }], othersTaken: false });
    expect(named('influxdb-3', 400, listed(...new Array(100).fill(3)))).toMatchObject({ othersTaken: false });
    expect(named('influxdb-3', 400, listed(9))).toBeUndefined();
    expect(named('influxdb-3', 400, '{"error":"other"}')).toBeUndefined();
  });
});

describe('a batch', () => {
  const target = (url: string, dialect: InfluxTarget['dialect']): InfluxTarget => ({
    kind: 'influx',
    url,
    dialect,
    org: 'o',
    bucket: 'b',
    token: 'hush-hush',
    retryMs: 0,
  });

  /** An InfluxDB 2 that refuses bad lines as a real one does, with a body of hundreds of KB. */
  async function strict(isBad: (line: string) => boolean): Promise<{ url: string; held: string[]; writes: () => number }> {
    const { gunzipSync } = await import('node:zlib');
    const held: string[] = [];
    let writes = 0;
    const url = await serve(async (request, response) => {
      const pieces: Buffer[] = [];
      for await (const piece of request) pieces.push(piece as Buffer);
      writes++;
      const lines = gunzipSync(Buffer.concat(pieces)).toString('utf8').trimEnd().split('\n');
      const bad = lines.filter(isBad);
      if (bad.length === 0) held.push(...lines);
      const message = bad.map((line) => `unable to parse '${line}': invalid number hush-hush\u001b[31m`).join('\n');
      if (bad.length === 0) response.writeHead(204).end();
      else response.writeHead(400).end(JSON.stringify({ code: 'invalid', message }));
    });
    return { url, held, writes: () => writes };
  }

  it.each([1, 5, 700, 1000])('of which InfluxDB 2 names %i bad lines is written without them', async (badCount) => {
    const lines = Array.from({ length: 1000 }, (_, i) => `movebank,individual_local_identifier=Ann event_id=${i}i,lat=53.0 ${i}`);
    const every = Math.floor(1000 / badCount);
    const isBad = (line: string): boolean => {
      const at = Number(/ (\d+)$/.exec(line)?.[1]);
      return at % every === 0 && at / every < badCount;
    };
    const { url, held, writes } = await strict(isBad);
    const writer = new InfluxWriter(target(url, 'influxdb-2'), 1, RunGauge.create(1, 1000));
    const body = gzipSync(`${lines.join('\n')}\n`);
    const refused = await writer.openChunk().send({ body, lines: 1000, bytes: 0, firstMs: 0, lastMs: 0 });
    await writer.close();
    expect(refused.map(({ line }) => line).sort((a, b) => a - b)).toEqual([...lines.keys()].filter((i) => isBad(lines[i]!)));
    expect(new Set(refused.map(({ message }) => message))).toEqual(new Set(['invalid number *** [31m']));
    expect(held).toEqual(lines.filter((line) => !isBad(line)));
    expect(writes()).toBeLessThan(2 + badCount / 20);
  });
});

describe('an InfluxDB 3 Core (stand-in)', () => {
  let server: StandIn3;
  beforeAll(async () => {
    server = await startStandIn3();
  });
  afterAll(() => server.close());
  const load = (file: string, ...args: string[]): Promise<Run> =>
    skein(['load', file, '--to', server.url, '--bucket', 'geese', '--json', '--quiet', '--no-verify', ...args], { INFLUX_TOKEN: TOKEN });

  it('gets the same lines as a directory, less those that it does not take', async () => {
    server.isBad = (line) => / lat=|,lat=/.test(line) && /event_id=\d*77i/.test(line);
    const state = join(temporaryDirectory(), 'state');
    const { code, stdout, stderr } = await load(GEESE, '--batch-lines', '3000', '--state', state);
    expect([code, stderr]).toEqual([0, '']);
    const out = join(temporaryDirectory(), 'out');
    await skein(['load', GEESE, '--to', out]);
    const all = linesIn(out);
    const good = all.filter((line) => !server.isBad(line));
    const bad = all.length - good.length;
    expect(bad).toBeGreaterThan(100);
    expect(new Set(server.lines.get('geese'))).toEqual(new Set(good));
    expect(JSON.parse(stdout)).toMatchObject({ points: good.length, rejectedByReason: { refused: bad }, balanced: true });
    expect(readFileSync(join(state, 'rejects.reasons.csv'), 'utf8')).toContain(
      "the server refused the point: invalid column type for column 'lat'",
    );
  });

  it('without its token is refused before anything is written', async () => {
    const { writes } = server;
    const refused = await skein(['load', GEESE, '--to', server.url], { INFLUX_TOKEN: 'hush-hush' });
    expect([refused.code, refused.stderr]).toEqual([5, expect.stringContaining('does not accept the token')]);
    expect(server.writes).toBe(writes);
  });
});

describe.skipIf(!hasVictoriaMetrics)("a VictoriaMetrics (skipped without Debian's package victoria-metrics)", () => {
  let server: VictoriaMetrics;
  beforeAll(async () => {
    server = await startVictoriaMetrics('100y');
  }, 60_000);
  afterAll(() => server.stop());

  it('gets every number, and what is none is counted and named', async () => {
    const file = join(temporaryDirectory(), 'export.csv');
    writeFileSync(
      file,
      [
        'event-id,visible,timestamp,location-long,location-lat,heading,comments,odd,individual-local-identifier',
        '1,true,2014-05-01 12:00:00.000,6.5,53.0,10.5,"good",1,"A \\ nn"',
        '2,false,2014-05-01 12:00:01.000,6.5,53.0,north,"",x,"A \\ nn"',
        ',,2014-05-01 12:00:02.000,,,,"only text",,"A \\ nn"',
        ',,2014-05-01 12:00:03.000,,,,,"NA","A \\ nn"',
        '',
      ].join('\n'),
    );
    const { code, stdout, stderr } = await skein(['load', file, '--to', server.url, '--bucket', 'b', '--json', '--quiet']);
    expect([code, stderr]).toEqual([0, '']);
    const report = JSON.parse(stdout) as { notes: string[] };
    expect(report).toMatchObject({ rows: 4, points: 2, rejected: 2, rejectedByReason: { 'no-field': 2 }, balanced: true });
    for (const words of ['2 values of comments', '1 value of heading', '1 value of odd']) {
      expect(report.notes).toContainEqual(expect.stringMatching(`^${words} left out, because the server stores numbers only`));
    }
    const samples = await server.samples('{db="b"}');
    const found = Object.fromEntries(samples.map(({ metric, values }) => [metric['__name__'], values]));
    expect(found).toEqual({
      movebank_event_id: [1, 2],
      movebank_visible: [1, 0],
      movebank_lat: [53, 53],
      movebank_lon: [6.5, 6.5],
      movebank_heading: [10.5],
      movebank_odd: [1],
    });
    // A backslash before a space would have cost it the whole line.
    expect(new Set(samples.map(({ metric }) => metric['individual_local_identifier']))).toEqual(new Set(['A / nn']));
  });
});
