// A load that is stopped, killed or fails goes on where it was, and ends as if
// nothing had happened.

import { appendFileSync, existsSync, readdirSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateExport } from '../fixtures/generate.ts';
import { contentOfBucket, type InfluxServer } from './support/influx-server.ts';
import { ORG, type StandIn, startStandIn, TOKEN } from './support/influx2-stand-in.ts';
import { hasInfluxdb1, startInfluxdb1 } from './support/influxdb1.ts';
import { contentOfDirectory, killLoads } from './support/kills.ts';
import { GEESE, linesIn, skein, startSkein, temporaryDirectory } from './support/skein.ts';

/** Small chunks, so that there are many places to be killed at. */
const CHUNKS = ['--chunk-bytes', '200000', '--batch-lines', '300'];
const KILLS = 8;
const SERVER_KILLS = 3;

let file: string;
let whole: { content: Record<string, string>; lines: string[]; rejects: Buffer; reasons: Buffer; json: Record<string, unknown> };

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
    content: contentOfDirectory(out),
    lines: linesIn(out),
    rejects: readFileSync(join(out, 'rejects.csv')),
    reasons: readFileSync(join(out, 'rejects.reasons.csv')),
    json: JSON.parse(stdout) as Record<string, unknown>,
  };
}, 60_000);

function expectWhole(out: string): void {
  expect(linesIn(out)).toEqual(whole.lines);
  expect(readFileSync(join(out, 'rejects.csv'))).toEqual(whole.rejects);
  expect(readFileSync(join(out, 'rejects.reasons.csv'))).toEqual(whole.reasons);
}

describe('a load into a directory', () => {
  it(`that is killed ${KILLS} times at any instant ends like one that never was`, { timeout: 20_000 * KILLS }, async () => {
    const out = join(temporaryDirectory(), 'out');
    const args = ['load', file, '--to', out, ...CHUNKS];
    const check = async (): Promise<void> => expect(contentOfDirectory(out)).toEqual(whole.content);
    await killLoads(KILLS, 1000, Math.random, (n) => ({ args, check, firstArgs: n === 0 ? [] : ['--fresh'] }));
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
    const { child, ended } = startSkein(['load', file, '--to', out, '--workers', '1', ...CHUNKS]);
    while (!existsSync(join(out, 'part-000003.lp.gz'))) await sleep(2);
    child.kill(signal);
    expect((await ended).code).toBe(exitCode);
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
    const { child, ended } = startSkein(['load', file, '--to', out, '--workers', '1', ...CHUNKS]);
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

describe.skipIf(!hasInfluxdb1)("a load into a real InfluxDB 1.x (skipped without Debian's package influxdb)", () => {
  let server: InfluxServer;
  beforeAll(async () => {
    server = await startInfluxdb1();
  }, 60_000);
  afterAll(() => server.stop());

  it('that is killed at any instant ends like one that never was', { timeout: 120_000 }, async () => {
    const argsFor = (bucket: string): string[] => [
      'load',
      file,
      '--to',
      server.url,
      '--bucket',
      bucket,
      '--create-bucket',
      '--json',
      ...CHUNKS,
    ];
    const undisturbed = await skein(argsFor('undisturbed'));
    const content = await contentOfBucket(server, 'undisturbed');
    expect(content.points).toBe((JSON.parse(undisturbed.stdout) as { points: number }).points);
    await killLoads(SERVER_KILLS, 2500, Math.random, (n) => {
      const environment = { XDG_STATE_HOME: temporaryDirectory() };
      const args = argsFor(`killed_${n}`);
      const check = async (): Promise<void> => {
        expect(await contentOfBucket(server, `killed_${n}`)).toEqual(content);
        // It says so too, and that nothing is left to do.
        expect(JSON.parse((await skein(args, environment)).stdout)).toMatchObject({ points: content.points, balanced: true });
      };
      return { args, environment, check };
    });
  });
});
