// What `skein query` prints, and when it stops: rows that a server made up, and servers that are none.

import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { csvText, jsonLines } from '../src/cli/result-formats.ts';
import { tableText } from '../src/cli/result-table.ts';
import type { ResultRow, Value } from '../src/query/start-query.ts';
import { skein, startSkein } from './support/skein.ts';

async function* rows(result: string, columns: string[], ...values: Value[][]): AsyncGenerator<ResultRow> {
  for (const each of values) yield { result, columns, values: each };
}

async function* both(...parts: AsyncGenerator<ResultRow>[]): AsyncGenerator<ResultRow> {
  for (const part of parts) yield* part;
}

async function textOf(texts: AsyncIterable<string>): Promise<string> {
  let all = '';
  for await (const text of texts) all += text;
  return all;
}

const COLUMNS = ['individual_local_identifier', 'time', 'lat', 'fixes'];
const TRACKS = (): AsyncGenerator<ResultRow> =>
  rows(
    'tracks',
    COLUMNS,
    ['Sigrún, first of Ísafjörður', '2019-07-23T23:00:40.002Z', 71.1679314, 3],
    ['Old "Grey" Tom', '2019-07-24T05:00:02Z', -9.5, 12],
    ['Жанна\u001b[2J\u202e', '2019-07-24T05:00:02Z', null, 0],
  );
const SCORE = (): AsyncGenerator<ResultRow> => rows('score', ['right'], [0.75]);

describe('a table', () => {
  it('has text on the left and numbers on the right, and nothing that steers a terminal', async () => {
    expect(await textOf(tableText(TRACKS(), Number.POSITIVE_INFINITY))).toBe(
      [
        'individual                                  time      lat  fixes',
        'Sigrún, first of Ísafjörður  2019-07-23 23:00:40  71.1679      3',
        'Old "Grey" Tom               2019-07-24 05:00:02  -9.5000     12',
        'Жанна·[2J·                   2019-07-24 05:00:02               0',
        '',
      ].join('\n'),
    );
  });

  it('cuts text where the terminal is narrow, and no number', async () => {
    const lines = (await textOf(tableText(TRACKS(), 50))).trimEnd().split('\n');
    expect(lines.map((line) => line.length)).toEqual([50, 50, 50, 50]);
    expect(lines[1]).toBe('Sigrún, firs…  2019-07-23 23:00:40  71.1679      3');
  });

  it('is one for each result', async () => {
    const lines = (await textOf(tableText(both(TRACKS(), SCORE()), 80))).split('\n');
    expect(lines.slice(4)).toEqual(['', ' right', '0.7500', '']);
  });

  it('without rows says so', async () => {
    expect(await textOf(tableText(rows('tracks', []), 80))).toBe('No rows.\n');
  });

  it('of many rows begins before the last of them is there', async () => {
    let given = 0;
    async function* many(): AsyncGenerator<ResultRow> {
      for (; given < 100_000; given++) yield { result: 'r', columns: ['n'], values: [given] };
    }
    const table = tableText(many(), 80);
    expect((await table.next()).value).toBe('  n\n');
    expect(given).toBeLessThan(1_000);
    expect((await textOf(table)).split('\n')).toHaveLength(100_001);
  });
});

describe('CSV', () => {
  it('has a header for each result and quotes where it must', async () => {
    expect(await textOf(csvText(both(TRACKS(), SCORE())))).toBe(
      [
        'individual_local_identifier,time,lat,fixes',
        '"Sigrún, first of Ísafjörður",2019-07-23T23:00:40.002Z,71.1679314,3',
        '"Old ""Grey"" Tom",2019-07-24T05:00:02Z,-9.5,12',
        'Жанна\u001b[2J\u202e,2019-07-24T05:00:02Z,,0',
        '',
        'right',
        '0.75',
        '',
      ].join('\n'),
    );
  });
});

describe('JSON', () => {
  it('is one object with the rows of each result, every character in it and none that steers a terminal', async () => {
    const text = await textOf(jsonLines(both(TRACKS(), SCORE())));
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\u202e]/u);
    expect(JSON.parse(text)).toEqual({
      tracks: [
        { individual_local_identifier: 'Sigrún, first of Ísafjörður', time: '2019-07-23T23:00:40.002Z', lat: 71.1679314, fixes: 3 },
        { individual_local_identifier: 'Old "Grey" Tom', time: '2019-07-24T05:00:02Z', lat: -9.5, fixes: 12 },
        { individual_local_identifier: 'Жанна\u001b[2J\u202e', time: '2019-07-24T05:00:02Z', lat: null, fixes: 0 },
      ],
      score: [{ right: 0.75 }],
    });
    expect(text.split('\n')).toHaveLength(11);
  });

  it('without rows is an empty object', async () => {
    expect(await textOf(jsonLines(rows('tracks', [])))).toBe('{}\n');
  });
});

describe('a server', () => {
  let server: Server;
  let url: string;
  let answer: (response: ServerResponse) => void;
  let version = '2.9.1';
  let closed = 0;
  beforeAll(async () => {
    server = createServer((request, response) => {
      response.on('close', () => closed++);
      request.resume().on('end', () => {
        if (request.url === '/ping') response.writeHead(204, { 'x-influxdb-version': version }).end();
        else answer(response);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const ask = ['query', 'tracks', '--org', 'o', '--since', '2019-01-01', '--to'];
  const environment = { INFLUX_TOKEN: 'hush-hush' };

  it('that is no InfluxDB 2 is named', async () => {
    version = '1.8.10';
    const { code, stderr } = await skein([...ask, url], environment);
    version = '2.9.1';
    expect([code, stderr]).toEqual([2, `skein: ${url} is an InfluxDB 1.x. The queries are in Flux, which only an InfluxDB 2 runs.\n`]);
  });

  it('is not asked for what ends before 1970, which an InfluxDB 2.9.1 does not survive', async () => {
    answer = () => expect.unreachable();
    const { code, stderr } = await skein([...ask, url, '--since', '1960-01-01', '--until', '1970-01-01'], environment);
    expect([code, stderr]).toEqual([
      2,
      `skein: ${url} cannot be asked for what ends before 1970: InfluxDB 2 finds no end in it. Check --until.\n`,
    ]);
  });

  it('is asked for the books whether or not there are fixes', async () => {
    answer = (response) => response.writeHead(200, { 'content-type': 'text/csv' }).end('\r\n');
    const { code, stdout, stderr } = await skein(['query', 'books', '--org', 'o', '--to', url], environment);
    expect([code, stdout, stderr]).toEqual([0, 'No rows.\n', '']);
  });

  it('that refuses a query is quoted, without the token', async () => {
    answer = (response) =>
      response
        .writeHead(400, { 'content-type': 'application/json' })
        .end(JSON.stringify({ code: 'invalid', message: 'error @1:1: hush-hush' }));
    const { code, stderr } = await skein([...ask, url], environment);
    expect([code, stderr]).toEqual([5, `skein: ${url} refused a query with status 400: error @1:1: ***.\n`]);
  });

  it('that fails after its answer has begun ends the command', async () => {
    answer = (response) =>
      response
        .writeHead(200, { 'content-type': 'text/csv' })
        .end('#datatype,string,string\r\n#group,true,true\r\n#default,,\r\n,error,reference\r\n,panic: out of memory,897\r\n');
    const { code, stderr } = await skein([...ask, url], environment);
    expect([code, stderr]).toEqual([5, `skein: ${url} did not answer a query: panic: out of memory.\n`]);
  });

  it('that does not answer is left when the user stops, and its query with it', async () => {
    const asked = new Promise<void>((resolve) => {
      answer = () => resolve();
    });
    const { child, ended } = startSkein([...ask, url], environment);
    await asked;
    const before = closed;
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect([code, stderr]).toEqual([130, expect.stringMatching(/skein: Stopped\.\n$/)]);
    expect(closed).toBe(before + 1);
  });

  it('whose rows nobody reads to their end is not asked for more', async () => {
    const csv = (types: string, labels: string): string =>
      `#datatype,string,long,${types}\r\n#group,false,false,false,false\r\n#default,_result,,,\r\n,result,table,${labels}\r\n`;
    answer = (response) => {
      response.end(`${csv('dateTime:RFC3339,dateTime:RFC3339', 'first,last')},,0,2019-01-01T00:00:00Z,2020-01-01T00:00:00Z\r\n`);
      answer = endless;
    };
    const endless = (response: ServerResponse): void => {
      const more = (): void => {
        while (!response.destroyed && response.write(`,,0,2019-01-01T00:00:00Z,${'x'.repeat(1000)}\r\n`));
      };
      response.write(csv('dateTime:RFC3339,string', '_time,individual_local_identifier'));
      response.on('drain', more);
      more();
    };
    const { child, ended } = startSkein([...ask, url, '--format', 'csv', '--quiet'], environment);
    child.stdout?.once('data', () => child.stdout?.destroy());
    // Its output is cut off on purpose.
    ended.catch(() => {});
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
  });
});
