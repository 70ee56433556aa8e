// A file that is meant to do harm, or looks like it, ends in a sentence or in
// books, takes little memory, and says nothing to the terminal.

import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measured } from './support/measured.ts';
import { skein, temporaryDirectory } from './support/skein.ts';

const MIB = 1 << 20;
/** An ordinary load with two workers takes 100 to 130 MiB. */
const MOST_BYTES = 400 * MIB;

const HEADER = 'event-id,timestamp,location-lat,location-long,individual-local-identifier\n';
const ROW = '1,2014-05-01 12:00:00.000,53.0,6.5,Ann\n';
const SECOND_ROW = '2,2014-05-01 12:00:01.000,53.0,6.5,Ann\n';

/** A part of a file: text, or text that is repeated. */
type Piece = string | readonly [text: string, bytes: number];

function fileOf(...pieces: Piece[]): string {
  const path = join(temporaryDirectory(), 'hostile.csv');
  const file = openSync(path, 'w');
  for (const piece of pieces) {
    const [text, bytes] = typeof piece === 'string' ? [piece, Buffer.byteLength(piece)] : piece;
    const block = Buffer.from(text.repeat(Math.ceil(Math.min(bytes, MIB) / text.length)));
    for (let left = bytes; left > 0; left -= block.length) writeSync(file, block, 0, Math.min(left, block.length));
  }
  closeSync(file);
  return path;
}

describe('takes little memory:', { timeout: 120_000 }, () => {
  const loads: [what: string, pieces: Piece[], books: { rows: number; points: number; rejected: number }][] = [
    ['a cell of 300 MB', [HEADER, ROW, '2,"', ['x', 300 * MIB], '"\n', SECOND_ROW], { rows: 3, points: 2, rejected: 1 }],
    ['a row of ten million cells', [HEADER, ROW, [',', 10_000_000], '\n', SECOND_ROW], { rows: 3, points: 2, rejected: 1 }],
    ['100 MB of quotes', [HEADER, ROW, ['"', 100 * MIB], '\n', SECOND_ROW], { rows: 3, points: 2, rejected: 1 }],
    ['100 MB of NUL bytes', [HEADER, ROW.repeat(20), ['\0', 100 * MIB], '\n', SECOND_ROW], { rows: 22, points: 2, rejected: 1 }],
    [
      'rows with NUL bytes in every cell',
      [HEADER, ROW, ['\0,\0,\0,\0,"\0\0"\n', 1_300_000]],
      { rows: 100_001, points: 1, rejected: 100_000 },
    ],
    ['100 million blank lines', [HEADER, ROW, ['\n', 100 * MIB], SECOND_ROW], { rows: 2, points: 2, rejected: 0 }],
    ['8 million rows of one byte', [HEADER, ROW, ['x\n', 16 * MIB]], { rows: 8_388_609, points: 1, rejected: 8_388_608 }],
    ['6 million open quotes', [HEADER, ROW, ['"x\n', 18 * MIB]], { rows: 6_291_457, points: 1, rejected: 6_291_456 }],
  ];
  it.each(loads)('%s', async (_, pieces, books) => {
    const file = fileOf(...pieces);
    const { code, stdout, peakBytes } = await measured(['load', file, '--to', join(file, '..', 'out'), '--workers', '2', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ...books, balanced: true });
    expect(peakBytes).toBeLessThan(MOST_BYTES);
  });

  const refusals: [what: string, pieces: Piece[], sentence: RegExp][] = [
    ['a header of 5 MB', ['timestamp,', ['x', 5 * MIB], `\n${ROW}`], /has a first row of more than 1 MiB/],
    ['a header of ten million columns', ['timestamp', [',', 10_000_000], `\n${ROW}`], /has a first row of more than 1 MiB/],
    ['a header of nearly a million columns', ['timestamp', [',', 1_000_000], `\n${ROW}`], /has 1000001 columns; more than 10000/],
    ['only quotes', [['"', 100 * MIB]], /has a first row of more than 1 MiB/],
    ['only delimiters', [[',', 100 * MIB]], /has a first row of more than 1 MiB/],
    ['only line feeds', [['\n', 100 * MIB]], /holds no line of text/],
    ['only NUL bytes', [['\0', 100 * MIB]], /is UTF-16 text/],
    [
      'names of nearly 1 MB without a time',
      [['x', 900_000], `,${Array.from({ length: 9000 }, (_, i) => `c${i}`).join(',')}\n1\n`],
      /has no column timestamp; its columns are: x{200}…, c0, c1/,
    ],
  ];
  it.each(refusals)('%s', async (_, pieces, sentence) => {
    const { code, stdout, stderr, peakBytes } = await measured(['inspect', fileOf(...pieces)]);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(sentence);
    expect(stderr.length).toBeLessThan(3000);
    expect(peakBytes).toBeLessThan(MOST_BYTES);
  });

  it('a header of 1 MB, of which the names are shown in part', async () => {
    const names = Array.from({ length: 5000 }, (_, i) => `c${i}`).join(',');
    const file = fileOf('timestamp,', ['x', 900_000], `,${names}\n2014-05-01 12:00:00.000,1${',1'.repeat(5000)}\n`);
    const { code, stdout, peakBytes } = await measured(['inspect', file]);
    expect(code).toBe(0);
    expect(stdout).toContain(`${'x'.repeat(200)}…`);
    expect(stdout.length).toBeLessThan(5000 * 600);
    expect(peakBytes).toBeLessThan(MOST_BYTES);
  });
});

/** C0 and C1 controls, and the characters that turn text round. */
const STEERING = /[^\P{Cc}\n]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;
const HOSTILE = '\u001b]0;owned\u0007\u001b[2J\u009b31m\u202eevil\u2066\u2028\u007f';

describe('says nothing to the terminal:', () => {
  let directory: string;
  let file: string;
  beforeAll(() => {
    directory = temporaryDirectory();
    file = join(directory, `${HOSTILE.replaceAll('/', '')}.csv`);
    const header = `event-id,timestamp,location-lat,location-long,individual-local-identifier,sensor-type,${HOSTILE},"${HOSTILE}\n",${HOSTILE}`;
    const rows = [
      `1,2014-05-01 12:00:00.000,53.0,6.5,"${HOSTILE}","${HOSTILE}",1,2,2`,
      `2,2014-05-01 12:00:00.000,54.0,6.5,"${HOSTILE}","${HOSTILE}",x,y,3`,
      `${HOSTILE},13/05/2014,54.0,6.5,"${HOSTILE}","${HOSTILE}",x,y,3`,
      `4,2014-05-01 12:00:03.000,${HOSTILE},6.5,"${HOSTILE}\n","${HOSTILE}",x,y,3`,
      HOSTILE,
    ];
    writeFileSync(file, `${[header, ...rows].join('\n')}\n`);
  });

  const commands: [what: string, args: () => string[], code: number][] = [
    ['inspect', () => ['inspect', file], 0],
    ['inspect --json', () => ['inspect', file, '--json'], 0],
    ['load', () => ['load', file, '--to', join(directory, HOSTILE.replaceAll('/', ''))], 0],
    ['load --json', () => ['load', file, '--to', join(directory, 'out'), '--json'], 0],
    ['a load that is refused', () => ['load', file, '--dry-run', '--max-rejects', '0'], 6],
    ['a collision that is refused', () => ['load', file, '--dry-run', '--duplicates', 'stop'], 3],
    ['an animal that is not there', () => ['load', file, '--dry-run', '--individual', HOSTILE.slice(1)], 2],
    ['a file that is not there', () => ['load', `${file}x`], 3],
    ['a mapping that is not there', () => ['load', file, '--mapping', HOSTILE], 2],
    ['a word that is no command', () => [HOSTILE], 2],
    ['a flag that is none', () => ['load', file, `--${HOSTILE}`], 2],
    ['a value that is none', () => ['load', file, '--since', HOSTILE], 2],
    ['a directory that cannot be replayed', () => ['replay', join(directory, `${HOSTILE}x`), '--to', 'http://127.0.0.1:1'], 3],
  ];
  it.each(commands)('%s', async (_, args, code) => {
    const run = await skein(args());
    expect(run.code).toBe(code);
    expect(run.stdout + run.stderr).not.toBe('');
    expect(STEERING.exec(run.stdout + run.stderr)).toBeNull();
  });

  it('and --json still has every character', async () => {
    const { stdout } = await skein(['inspect', file, '--json']);
    const { columns, series } = JSON.parse(stdout) as { columns: { name: string }[]; series: { individual: string }[] };
    expect(columns.map(({ name }) => name)).toContain(HOSTILE);
    expect(series.map(({ individual }) => individual).join()).toContain('\u202eevil');
  });

  describe('an answer of a server', () => {
    let answer: { status: number; body: string };
    const server = createServer((request, response) => {
      if (request.url?.startsWith('/ping')) response.writeHead(204, { 'X-Influxdb-Version': 'v2.9.1' }).end();
      else if (request.headers['content-encoding'] === undefined) response.writeHead(204).end();
      else response.writeHead(answer.status).end(answer.body);
    });
    let url: string;
    beforeAll(async () => {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    afterAll(() => {
      server.closeAllConnections();
      server.close();
    });

    it.each([
      ['that is overloaded', 503, HOSTILE, 5],
      ['that refuses', 403, HOSTILE, 5],
      ['that is no answer at all', 418, HOSTILE, 5],
      ['that refuses every point, in JSON', 422, JSON.stringify({ code: 'invalid', message: HOSTILE }), 0],
    ])('%s', async (_, status, body, code) => {
      answer = { status, body };
      const state = join(temporaryDirectory(), 'state');
      const args = ['load', file, '--to', url, '--org', 'o', '--bucket', 'b', '--retry-seconds', '0', '--no-verify', '--state', state];
      const run = await skein(args, { INFLUX_TOKEN: 't' });
      expect(run.code).toBe(code);
      expect(STEERING.exec(run.stdout + run.stderr)).toBeNull();
      if (code === 0) expect(readFileSync(join(state, 'rejects.reasons.csv'), 'utf8')).not.toMatch(/[^\P{Cc}\n]/u);
    });
  });
});
