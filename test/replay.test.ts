// `skein replay`: what a load left in a directory reaches a server whole, as it
// lies, whatever happens meanwhile.

import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { generateExport } from '../fixtures/generate.ts';
import type { ReplayReport, replay } from '../src/index.ts';
import { startFaultProxy } from './support/fault-proxy.ts';
import { ORG, type StandIn, startStandIn, TOKEN } from './support/influx2-stand-in.ts';
import { ADMIN, ADMIN_TOKEN, hasInfluxdb1, type Influxdb1, startInfluxdb1 } from './support/influxdb1.ts';
import { linesIn, MAIN, type Run, skein, temporaryDirectory } from './support/skein.ts';

const LINES = 60_000;
/** Many small parts of several batches, so that there are many places to stop at. */
const PARTS = ['--chunk-bytes', '200000', '--batch-lines', '300'];

interface Manifest {
  manifest: number;
  books: { points: number };
  parts: { name: string; members: { offset: number; length: number; lines: number; bytes: number }[] }[];
}

let file: string;
let parts: string;
let lines: string[];
let batches: number;
let server: StandIn;

beforeAll(async () => {
  const directory = temporaryDirectory();
  file = join(directory, 'export.csv');
  parts = join(directory, 'parts');
  writeFileSync(file, [...generateExport({ rows: LINES, animals: 5, seed: 3, flaws: { outlier: 60 } })].join(''));
  expect((await skein(['load', file, '--to', parts, ...PARTS])).code).toBe(0);
  lines = linesIn(parts);
  batches = manifestIn(parts).parts.reduce((sum, { members }) => sum + members.length, 0);
  server = await startStandIn(['geese']);
}, 60_000);
beforeEach(() => {
  server.lines.set('geese', []);
  server.writes = 0;
  delete server.fail;
});
afterAll(() => server.close());

function manifestIn(directory: string): Manifest {
  return JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8')) as Manifest;
}

const environment = (): Record<string, string> => ({ INFLUX_TOKEN: TOKEN, INFLUX_ORG: ORG, XDG_STATE_HOME: temporaryDirectory() });
const argumentsFor = (directory: string, more: string[] = []): string[] => [
  'replay',
  directory,
  '--to',
  server.url,
  '--bucket',
  'geese',
  ...more,
];

/** A replay of which nothing is known but that it is under way. */
function start(variables: Record<string, string>, more: string[] = []): { child: ChildProcess; ended: Promise<number | null> } {
  const child = spawn(process.execPath, ['--', MAIN, ...argumentsFor(parts, more)], {
    stdio: 'ignore',
    env: { ...process.env, ...variables },
  });
  return { child, ended: new Promise((resolve) => child.once('exit', resolve)) };
}

async function untilWritten(writes: number): Promise<void> {
  while (server.writes < writes) await sleep(1);
}

/** Every line is on the server, and `most` of them may be there twice. */
function expectAll(most: number): void {
  const held = server.lines.get('geese') ?? [];
  expect(new Set(held)).toEqual(new Set(lines));
  expect(held.length - lines.length).toBeLessThanOrEqual(most);
}

describe('a replay', () => {
  it('sends the lines of a load, each batch as it lies, and keeps its books', async () => {
    const { code, stdout, stderr } = await skein(argumentsFor(parts, ['--json', '--quiet']), environment());
    expect([code, stderr]).toEqual([0, '']);
    expect(server.lines.get('geese')?.toSorted()).toEqual(lines.toSorted());
    const { directory, ...report } = JSON.parse(stdout) as Record<string, unknown>;
    expect(report).toMatchObject({
      lines: LINES,
      points: LINES,
      rejected: 0,
      balanced: true,
      resumedLines: 0,
      source: parts,
      rejectsFile: null,
      requests: { sent: batches, triedAgain: 0 },
    });
    expect(readdirSync(String(directory))).toEqual(['journal.ndjson']);
  });

  it('gives the books for people without --json, and says when it was done before', async () => {
    const variables = environment();
    expect((await skein(argumentsFor(parts), variables)).stdout).toMatch(
      /is sent to http.*, bucket geese\n\n +lines +60,000\n += points +60,000\n +\+ rejected +0\n {2}The books balance\.\n[\s\S]*Next\n/,
    );
    expect((await skein(argumentsFor(parts), variables)).stdout).toContain('was already sent (--fresh sends it again)');
    expect(server.writes).toBe(batches);
    expect((await skein(argumentsFor(parts, ['--fresh']), variables)).code).toBe(0);
    expect(server.writes).toBe(2 * batches);
  });

  it('is there as a function', async () => {
    // The pool runs what is built.
    const library = (await import(new URL('../dist/src/index.js', import.meta.url).href)) as { replay: typeof replay };
    const to = { url: server.url, token: TOKEN, org: ORG, bucket: 'geese', createBucket: false };
    const report: ReplayReport = await library.replay(parts, { to, state: join(temporaryDirectory(), 'state'), workers: 2 });
    expect(report.books).toMatchObject({ rows: LINES, points: LINES, rejected: 0 });
    expectAll(0);
  });

  it('makes batches smaller than they lie once the server found them too large', async () => {
    const proxy = await startFaultProxy(server.url, { share: 0, maxBodyBytes: 4_000, seed: 1 });
    const { code, stdout } = await skein([...argumentsFor(parts, ['--json']), '--to', proxy.url], environment());
    await proxy.close();
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ points: LINES, balanced: true });
    expect(server.lines.get('geese')?.toSorted()).toEqual(lines.toSorted());
    expect(proxy.faults.get('413')).toBeLessThan(30);
  });

  it('goes on after the server failed, and sends what was taken only once', async () => {
    const variables = environment();
    server.fail = { from: 100, status: 500, message: 'out of memory' };
    const failed = await skein(argumentsFor(parts, ['--retry-seconds', '0']), variables);
    expect(failed).toMatchObject({
      code: 5,
      stderr: expect.stringMatching(/status 500: out of memory.* Not written: lines [\d,]+ to 60,000/),
    });
    const taken = server.lines.get('geese')?.length ?? 0;
    delete server.fail;
    const { code, stdout } = await skein(argumentsFor(parts, ['--json']), variables);
    expect(code).toBe(0);
    const { resumedLines, points } = JSON.parse(stdout) as { resumedLines: number; points: number };
    expect([points, resumedLines > 10_000]).toEqual([LINES, true]);
    expectAll(taken - resumedLines);
  });

  it('that is killed goes on where it was', async () => {
    const variables = environment();
    for (const writes of [40, 90, 130]) {
      const { child, ended } = start(variables);
      await untilWritten(writes);
      child.kill('SIGKILL');
      expect(await ended).toBe(null);
    }
    const { code, stdout } = await skein(argumentsFor(parts, ['--json']), variables);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ lines: LINES, points: LINES, balanced: true });
    // What is under way at a kill is at most four parts.
    expectAll(3 * 4 * Math.max(...manifestIn(parts).parts.map(({ members }) => members.reduce((sum, member) => sum + member.lines, 0))));
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('finishes what is under way on %s, ends with %i, and sends nothing twice when it is run again', async (signal, exitCode) => {
    const variables = environment();
    const { child, ended } = start(variables);
    await untilWritten(20);
    child.kill(signal);
    expect(await ended).toBe(exitCode);
    expect(server.writes).toBeLessThan(batches);
    expect((await skein(argumentsFor(parts), variables)).code).toBe(0);
    expectAll(0);
  });

  it('keeps a second run out while the first is at work', async () => {
    const variables = environment();
    const { child, ended } = start(variables);
    await untilWritten(5);
    child.kill('SIGSTOP');
    expect(await skein(argumentsFor(parts), variables)).toMatchObject({
      code: 4,
      stderr: expect.stringContaining(`Another run (process ${child.pid}) is at work`),
    });
    child.kill('SIGKILL');
    await ended;
  });

  it('goes to a server that is named, and keeps its state out of the parts', async () => {
    for (const [to, sentence] of [
      [[], /Say to which server: --to takes/],
      [['--to', 'out'], /out is no server: --to takes/],
    ] as const) {
      expect(await skein(['replay', parts, ...to], environment())).toMatchObject({ code: 2, stderr: expect.stringMatching(sentence) });
    }
    const before = readdirSync(parts).sort();
    for (const more of [[], ['--fresh']]) {
      expect(await skein(argumentsFor(parts, ['--state', parts, ...more]), environment())).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('holds the parts of a load. Name another directory with --state'),
      });
    }
    expect(readdirSync(parts).sort()).toEqual(before);
    expect(server.writes).toBe(0);
  });

  it('is not gone on with when the parts or the destination are others, and --fresh starts over', async () => {
    const copy = join(temporaryDirectory(), 'copy');
    const state = ['--state', join(temporaryDirectory(), 'state')];
    cpSync(parts, copy, { recursive: true });
    expect((await skein(argumentsFor(copy, state), environment())).code).toBe(0);
    server.lines.set('other', []);
    expect(await skein([...argumentsFor(copy, state), '--bucket', 'other'], environment())).toMatchObject({
      code: 4,
      stderr: expect.stringContaining(`it went to ${server.url}, bucket geese`),
    });
    for (const more of [[], ['--fresh']]) {
      expect(await skein(argumentsFor(parts, [...state, ...more]), environment())).toMatchObject({
        code: 4,
        stderr: expect.stringContaining(`the journal of something else, ${join(copy, 'manifest.json')}`),
      });
    }
    expect((await skein(['load', file, '--to', copy, '--fresh', '--measurement', 'geese', ...PARTS])).code).toBe(0);
    expect(await skein(argumentsFor(copy, state), environment())).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('the parts are others since'),
    });
    expect((await skein(argumentsFor(copy, [...state, '--fresh']), environment())).code).toBe(0);
  });
});

describe('a directory that cannot be replayed', () => {
  const part = 'part-000003.lp.gz';
  const changed = (change: (manifest: Manifest) => unknown) => (directory: string) => {
    const manifest = manifestIn(directory);
    const content = change(manifest) ?? manifest;
    writeFileSync(join(directory, 'manifest.json'), typeof content === 'string' ? content : JSON.stringify(content));
  };
  const cases: [what: string, damage: (directory: string) => void, code: number, sentence: RegExp][] = [
    ['there is none', (directory) => rmSync(directory, { recursive: true }), 3, /There is no directory .*copy\./],
    [
      'no load has filled it',
      (directory) => {
        for (const name of readdirSync(directory)) rmSync(join(directory, name));
      },
      3,
      /copy holds no Skein load\. Name a directory that skein load has filled/,
    ],
    [
      'the load is not finished',
      (directory) => rmSync(join(directory, 'manifest.json')),
      4,
      /has no manifest\.json: the load into it is not finished\. Finish it first.*: skein load .*export\.csv --to .*copy$/,
    ],
    [
      'a part is missing',
      (directory) => rmSync(join(directory, part)),
      3,
      new RegExp(`${part} is missing\\. Load the export again: skein load`),
    ],
    [
      'a part is too short',
      (directory) => truncateSync(join(directory, part), 1000),
      3,
      new RegExp(`${part} has 1000 bytes instead of \\d+\\. Load`),
    ],
    ['a part is too long', (directory) => appendFileSync(join(directory, part), 'x'), 3, new RegExp(`${part} has \\d+ bytes instead of`)],
    [
      'several parts are damaged',
      (directory) => {
        for (const name of [part, 'part-000005.lp.gz']) truncateSync(join(directory, name));
      },
      3,
      new RegExp(`${part} has 0 bytes instead of \\d+, and 1 more parts`),
    ],
    ['the manifest is no JSON', changed(() => '{"manifest": 1,'), 3, /manifest\.json is not as a load writes it\. .*JSON/],
    ['it lacks something', changed(() => ({ manifest: 1 })), 3, /is not as a load writes it\. sources: /],
    [
      'a number in it is none',
      changed(({ parts: [first] }) => {
        Object.assign(first?.members[0] ?? {}, { lines: 'many' });
      }),
      3,
      /parts\[0\]\.members\[0\]\.lines: /,
    ],
    [
      'it names a file elsewhere',
      changed(({ parts: [first] }) => {
        Object.assign(first ?? {}, { name: '../../etc/passwd' });
      }),
      3,
      /parts\[0\]\.name: must look like part-000000\.lp\.gz/,
    ],
    [
      'its members overlap',
      changed(({ parts: [first] }) => {
        Object.assign(first?.members[1] ?? {}, { offset: 1 });
      }),
      3,
      /parts\[0\]: its members do not lie end to end/,
    ],
    [
      'its parts are not those of its books',
      changed(({ parts: all }) => {
        all.pop();
      }),
      3,
      /its parts and its books do not agree/,
    ],
    ['it is of a newer format', changed((manifest) => ({ ...manifest, manifest: 2 })), 3, /was written by a newer Skein \(format 2\)/],
  ];
  it.each(cases)('%s', async (_, damage, code, sentence) => {
    const copy = join(temporaryDirectory(), 'copy');
    cpSync(parts, copy, { recursive: true });
    damage(copy);
    const refused = await skein(argumentsFor(copy), environment());
    expect([refused.code, refused.stdout]).toEqual([code, '']);
    expect(refused.stderr.trimEnd()).toMatch(sentence);
    expect(refused.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(server.writes).toBe(0);
  });

  it('a part that holds something else than it did is found out before it is sent, and the parts before it are not sent again', async () => {
    const copy = join(temporaryDirectory(), 'copy');
    cpSync(parts, copy, { recursive: true });
    const whole = readFileSync(join(copy, part));
    writeFileSync(join(copy, part), Buffer.alloc(whole.length, 'x'));
    const variables = environment();
    expect(await skein(argumentsFor(copy), variables)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining(`${part} is damaged: it does not hold what its manifest says. Load the export again`),
    });
    expect(server.writes).toBeGreaterThan(0);
    writeFileSync(join(copy, part), whole);
    expect((await skein(argumentsFor(copy), variables)).code).toBe(0);
    expectAll(0);
  });
});

describe.skipIf(!hasInfluxdb1)("a replay into a real InfluxDB 1.x (skipped without Debian's package influxdb)", () => {
  let influx: Influxdb1;
  /** Who may only write, so that what the database would refuse is not known before. */
  let writer: { INFLUX_TOKEN: string };
  let mixed: string;
  /** Numbers of the lines that are older than the retention, from 0. */
  let old: number[];
  beforeAll(async () => {
    influx = await startInfluxdb1(ADMIN);
    await influx.query('CREATE DATABASE mixed WITH DURATION 1500w REPLICATION 1 SHARD DURATION 52w NAME years');
    writer = { INFLUX_TOKEN: await influx.makeWriter('mixed') };
    const directory = temporaryDirectory();
    const rows = readFileSync(file, 'utf8').split('\r\n');
    const mixedFile = join(directory, 'mixed.csv');
    writeFileSync(
      mixedFile,
      rows.map((row, i) => (i > 0 && i % 601 === 0 ? row.replace(/,(true|false),\d{4}-/, ',$1,1990-') : row)).join('\r\n'),
    );
    mixed = join(directory, 'mixed');
    expect((await skein(['load', mixedFile, '--to', mixed, ...PARTS])).code).toBe(0);
    old = linesIn(mixed).flatMap((line, i) => (Number(line.slice(line.lastIndexOf(' '))) < Date.UTC(1991, 0) ? [i] : []));
    expect(old.length).toBeGreaterThan(90);
  }, 60_000);
  afterAll(() => influx.stop());

  const send = (directory: string, database: string, more: string[] = [], token = { INFLUX_TOKEN: ADMIN_TOKEN }): Promise<Run> =>
    skein(['replay', directory, '--to', influx.url, '--bucket', database, '--json', ...more], token);
  const countIn = async (database: string): Promise<unknown> =>
    (await influx.query('SELECT count(event_id) FROM movebank', database))[0]?.values[0]?.[1];

  it('writes every point', async () => {
    expect((await send(parts, 'whole', ['--create-bucket'])).code).toBe(0);
    expect(await countIn('whole')).toBe(LINES);
  });

  it('makes exactly the refused lines rejects, with the reason of the server', { timeout: 120_000 }, async () => {
    const state = join(temporaryDirectory(), 'state');
    const { code, stdout } = await send(mixed, 'mixed', ['--state', state], writer);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      lines: LINES,
      points: LINES - old.length,
      rejected: old.length,
      balanced: true,
      rejectsFile: join(state, 'rejects.lp'),
    });
    expect(await countIn('mixed')).toBe(LINES - old.length);
    const all = linesIn(mixed);
    expect(readFileSync(join(state, 'rejects.lp'), 'utf8')).toBe(old.map((i) => `${all[i]}\n`).join(''));
    const reasons = readFileSync(join(state, 'rejects.reasons.csv'), 'utf8').trimEnd().split('\n');
    expect(reasons[0]).toBe('part,line,explanation');
    expect(reasons[1]).toContain(',"partial write: points beyond retention policy');
    // Where the reasons say that they are.
    const places = reasons.slice(1).map((line) => {
      const [name, number] = line.split(',');
      return linesOfPart(mixed, String(name))[Number(number) - 1];
    });
    expect(places).toEqual(old.map((i) => all[i]));
  });

  it('makes lines whose field has another type in the database rejects', { timeout: 120_000 }, async () => {
    await influx.query('CREATE DATABASE typed WITH DURATION INF REPLICATION 1 SHARD DURATION 5000w NAME forever');
    const time = String(lines[0]).slice(String(lines[0]).lastIndexOf(' ') + 1);
    const before = await fetch(`${influx.url}/write?db=typed&precision=ms`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(ADMIN_TOKEN).toString('base64')}` },
      body: `movebank,individual_local_identifier=other manually_marked_outlier="yes" ${time}`,
    });
    expect(before.status).toBe(204);
    const conflicting = lines.filter((line) => line.includes('manually_marked_outlier='));
    expect(conflicting).toHaveLength(60);
    const state = join(temporaryDirectory(), 'state');
    const { code, stdout } = await send(parts, 'typed', ['--state', state], { INFLUX_TOKEN: await influx.makeWriter('typed') });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ lines: LINES, rejected: conflicting.length, balanced: true });
    expect(readFileSync(join(state, 'rejects.lp'), 'utf8')).toBe(conflicting.map((line) => `${line}\n`).join(''));
    expect(await countIn('typed')).toBe(LINES - conflicting.length);
  });

  it('finds a part damaged when the server cannot unpack it', async () => {
    const copy = join(temporaryDirectory(), 'copy');
    cpSync(parts, copy, { recursive: true });
    const bytes = readFileSync(join(copy, 'part-000003.lp.gz'));
    bytes.fill(0x55, 500, 600);
    writeFileSync(join(copy, 'part-000003.lp.gz'), bytes);
    expect(await send(copy, 'damaged', ['--create-bucket', '--retry-seconds', '0'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('part-000003.lp.gz is damaged'),
    });
  });

  it('stops in order when more lines are refused than allowed', { timeout: 60_000 }, async () => {
    const state = join(temporaryDirectory(), 'state');
    const refused = await send(mixed, 'mixed', ['--state', state, '--max-rejects', '3'], writer);
    expect(refused).toMatchObject({ code: 6, stderr: expect.stringMatching(/lines are rejected by now, more than --max-rejects 3/) });
    expect(existsSync(join(state, 'rejects.lp'))).toBe(true);
  });
});

function linesOfPart(directory: string, name: string): string[] {
  const only = join(temporaryDirectory(), 'only');
  cpSync(join(directory, name), join(only, name));
  return linesIn(only);
}
