// A load that is stopped, killed or fails goes on where it was, and ends as if
// nothing had happened.

import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateExport } from '../fixtures/generate.ts';
import { ORG, type StandIn, startStandIn, TOKEN } from './support/influx2-stand-in.ts';
import { GEESE, linesIn, MAIN, skein, temporaryDirectory } from './support/skein.ts';

/** Small chunks, so that there are many places to be killed at. */
const CHUNKS = ['--chunk-bytes', '200000', '--batch-lines', '300'];
const KILLS = Number(process.env['SKEIN_TEST_KILLS'] ?? 8);

let file: string;
let whole: { lines: string[]; rejects: Buffer; reasons: Buffer; json: Record<string, unknown> };

beforeAll(async () => {
  const directory = temporaryDirectory();
  file = join(directory, 'export.csv');
  const rows = [
    ...generateExport({ rows: 120_000, animals: 6, seed: 7, flaws: { noTime: 400, brokenTime: 400, textAfterQuote: 50 } }),
  ].join('');
  writeFileSync(file, rows);
  const out = join(directory, 'whole');
  const { stdout } = await skein(['load', file, '--to', out, '--json', ...CHUNKS]);
  whole = {
    lines: linesIn(out),
    rejects: readFileSync(join(out, 'rejects.csv')),
    reasons: readFileSync(join(out, 'rejects.reasons.csv')),
    json: JSON.parse(stdout) as Record<string, unknown>,
  };
}, 60_000);

function start(args: string[], environment: Record<string, string> = {}): { child: ChildProcess; ended: Promise<number | null> } {
  const child = spawn(process.execPath, ['--', MAIN, ...args], { stdio: 'ignore', env: { ...process.env, ...environment } });
  return { child, ended: new Promise((resolve) => child.once('exit', resolve)) };
}

function expectWhole(out: string): void {
  expect(linesIn(out)).toEqual(whole.lines);
  expect(readFileSync(join(out, 'rejects.csv'))).toEqual(whole.rejects);
  expect(readFileSync(join(out, 'rejects.reasons.csv'))).toEqual(whole.reasons);
}

describe('a load into a directory', () => {
  it(`that is killed ${KILLS} times at any instant ends like one that never was`, { timeout: 20_000 * KILLS }, async () => {
    const out = join(temporaryDirectory(), 'out');
    for (let kills = 0, startOver = false; kills < KILLS; ) {
      const { child, ended } = start(['load', file, '--to', out, ...CHUNKS, ...(startOver ? ['--fresh'] : [])]);
      await Promise.race([sleep(150 + Math.random() * 700), ended]);
      child.kill('SIGKILL');
      startOver = (await ended) === 0;
      // One that got through before its kill is looked at, and the next begins anew.
      if (startOver) expectWhole(out);
      else kills++;
    }
    const { code, stdout } = await skein(['load', file, '--to', out, '--json']);
    expect(code).toBe(0);
    const { rows, points, rejected, balanced } = whole.json;
    expect(JSON.parse(stdout)).toMatchObject({ rows, points, rejected, balanced });
    expectWhole(out);
  });

  it('cuts back what a kill between two bytes left of the journal and the rejects', async () => {
    const out = join(temporaryDirectory(), 'out');
    await skein(['load', file, '--to', out, ...CHUNKS]);
    const journal = join(out, 'journal.ndjson');
    const lines = readFileSync(journal, 'utf8').split('\n');
    // The rejects of the next chunk are there already, its journal line is torn.
    truncateSync(journal, lines.slice(0, 20).join('\n').length + 1 + 15);
    appendFileSync(join(out, 'rejects.csv'), 'half a rej');
    expect((await skein(['load', file, '--to', out])).code).toBe(0);
    expectWhole(out);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('finishes what is under way on %s, ends with %i, and goes on when it is run again', async (signal, exitCode) => {
    const out = join(temporaryDirectory(), 'out');
    const { child, ended } = start(['load', file, '--to', out, '--workers', '1', ...CHUNKS]);
    while (!existsSync(join(out, 'part-000003.lp.gz'))) await sleep(2);
    child.kill(signal);
    expect(await ended).toBe(exitCode);
    const names = readdirSync(out);
    expect(names).not.toContain('manifest.json');
    expect(names.filter((name) => name.endsWith('.tmp') || name === 'lock')).toEqual([]);
    const { code, stdout } = await skein(['load', file, '--to', out, '--json']);
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as { resumedRows: number }).resumedRows).toBeGreaterThan(0);
    expectWhole(out);
  });

  it('that is done says so, and writes nothing', async () => {
    const out = join(temporaryDirectory(), 'out');
    await skein(['load', GEESE, '--to', out]);
    const before = readFileSync(join(out, 'manifest.json'));
    const { code, stdout } = await skein(['load', GEESE, '--to', out]);
    expect(code).toBe(0);
    expect(stdout).toContain('was already loaded (--fresh loads it again)');
    expect(readFileSync(join(out, 'manifest.json'))).toEqual(before);
  });

  it('is not gone on with when something is another, and says what', async () => {
    const directory = temporaryDirectory();
    const copy = join(directory, 'copy.csv');
    const out = join(directory, 'out');
    writeFileSync(copy, readFileSync(GEESE));
    await skein(['load', copy, '--to', out]);
    const refusals: [args: string[], sentence: string][] = [
      [[copy, '--since', '2020-01-01'], 'it leaves out other rows'],
      [[copy, '--measurement', 'geese'], 'its mapping or measurement is another'],
      [[GEESE], `it is of another file, ${copy}`],
    ];
    for (const [args, sentence] of refusals) {
      expect(await skein(['load', ...args, '--to', out])).toMatchObject({ code: 4, stderr: expect.stringContaining(sentence) });
    }
    // The flags that change nothing of what is written may differ.
    expect(
      (await skein(['load', copy, '--to', out, '--workers', '1', '--in-flight', '1', '--batch-lines', '9', '--chunk-bytes', '99999'])).code,
    ).toBe(0);
    utimesSync(copy, new Date(), new Date(1e12));
    expect(await skein(['load', copy, '--to', out])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('the file has changed since'),
    });
  });

  it('keeps a second run out while the first is at work, and not after it was killed', async () => {
    const out = join(temporaryDirectory(), 'out');
    const { child, ended } = start(['load', file, '--to', out, '--workers', '1', ...CHUNKS]);
    while (!existsSync(join(out, 'part-000002.lp.gz'))) await sleep(2);
    child.kill('SIGSTOP');
    expect(await skein(['load', file, '--to', out])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining(`Another run (process ${child.pid}) is at work`),
    });
    child.kill('SIGKILL');
    await ended;
    expect((await skein(['load', file, '--to', out])).code).toBe(0);
    expectWhole(out);
  });
});

describe('a load into a server', () => {
  let server: StandIn;
  beforeAll(async () => {
    server = await startStandIn(['geese']);
  });
  afterAll(() => server.close());

  it('goes on after the server failed, and sends what was taken only once', { timeout: 60_000 }, async () => {
    const environment = { INFLUX_TOKEN: TOKEN, INFLUX_ORG: ORG, XDG_STATE_HOME: temporaryDirectory() };
    const load = () =>
      skein(['load', file, '--to', server.url, '--bucket', 'geese', '--json', '--retry-seconds', '0', ...CHUNKS], environment);
    server.fail = { from: 100, status: 500, message: 'out of memory' };
    expect((await load()).code).toBe(5);
    const taken = server.lines.get('geese')?.length ?? 0;
    expect(taken).toBeGreaterThan(10_000);
    delete server.fail;
    const { code, stdout } = await load();
    expect(code).toBe(0);
    const { resumedRows } = JSON.parse(stdout) as { resumedRows: number };
    expect(resumedRows).toBeGreaterThan(5_000);
    const lines = server.lines.get('geese') ?? [];
    expect(new Set(lines)).toEqual(new Set(whole.lines));
    // Sent twice is only what was under way when the server failed.
    expect(lines.length - whole.lines.length).toBeLessThanOrEqual(taken - resumedRows + 1000);
  });
});
