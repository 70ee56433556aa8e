// Whatever fails under a load, it ends with a sentence and a state to go on
// from: the same command again leaves what an undisturbed one would have.

import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { generateExport } from '../fixtures/generate.ts';
import { DISTURB_READS, type Disturbance } from './support/disturb-reads.ts';
import { ORG, startStandIn, TOKEN } from './support/influx2-stand-in.ts';
import { linesIn, type Run, skein, temporaryDirectory } from './support/skein.ts';
import { canMount, onBrokenDisk, SmallDisk } from './support/small-disk.ts';

const CHUNKS = ['--chunk-bytes', '200000', '--batch-lines', '300'];
/** A byte in the middle of the file, and so of a chunk. */
const MIDDLE = 9_000_000;

let file: string;
let whole: string;

beforeAll(async () => {
  const directory = temporaryDirectory();
  file = join(directory, 'export.csv');
  whole = join(directory, 'whole');
  const flaws = { noTime: 400, brokenTime: 400, textAfterQuote: 50 };
  writeFileSync(file, [...generateExport({ rows: 90_000, animals: 6, seed: 7, flaws })].join(''));
  expect((await skein(['load', file, '--to', whole, ...CHUNKS])).code).toBe(0);
}, 60_000);

/** The bytes of everything that a load into a directory has in the end. */
function contentOf(directory: string): Record<string, string> {
  const names = readdirSync(directory).filter((name) => name !== 'journal.ndjson');
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(directory, name)).toString('base64')]));
}

function expectWhole(out: string): void {
  const [found, expected] = [contentOf(out), contentOf(whole)];
  expect(Object.keys(found)).toEqual(Object.keys(expected));
  for (const name of Object.keys(expected)) expect([name, found[name] === expected[name]]).toEqual([name, true]);
}

function expectFailure(run: Run, code: number, sentence: RegExp): void {
  expect([run.code, run.stdout]).toEqual([code, '']);
  expect(run.stderr).toMatch(sentence);
  expect(run.stderr.trimEnd().split('\n')).toHaveLength(1);
}

describe.skipIf(!canMount)('a full disk (skipped where nothing can be mounted: it takes root on Linux)', () => {
  let disk: SmallDisk;
  beforeEach(() => {
    disk = new SmallDisk(1 << 20);
  });
  afterEach(() => disk.unmount());

  it('under the parts', async () => {
    const out = join(disk.path, 'out');
    expectFailure(
      await skein(['load', file, '--to', out, ...CHUNKS]),
      5,
      // Whichever file the disk has no room for first.
      /out\/\S+ could not be written: the disk is full\. Make room there, or name .* with --(to|state)\..*run the same command again/,
    );
    expect(readdirSync(out)).not.toContain('manifest.json');
    expect(readdirSync(out).filter((name) => name.endsWith('.tmp') || name === 'lock')).toEqual([]);
    disk.grow(40 << 20);
    const { code, stdout } = await skein(['load', file, '--to', out, '--json', ...CHUNKS]);
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as { resumedRows: number }).resumedRows).toBeGreaterThan(1000);
    expectWhole(out);
  });

  it('under the journal and the rejects', async () => {
    const out = join(temporaryDirectory(), 'out');
    const load = (...more: string[]) => skein(['load', file, '--to', out, '--state', join(disk.path, 'state'), ...CHUNKS, ...more]);
    const sentence = /state\/\S+ could not be written: the disk is full\. Make room there, or name .* with --state/;
    // Each time it comes a little further: into the journal, into either file of rejects.
    const stoppedIn = new Set<string>();
    for (const left of [0, 8192, 12_288, 16_384, 28_672, 45_056, 61_440]) {
      disk.leave(left);
      const failed = await load();
      expectFailure(failed, 5, sentence);
      stoppedIn.add(/state\/(\S+) could/.exec(failed.stderr)?.[1] ?? '');
      if (left > 0) expect(failed.stderr).toContain('Then run the same command again: it goes on from here.');
    }
    expect(stoppedIn.size).toBeGreaterThan(1);
    disk.leave(1 << 20);
    expect((await load()).code).toBe(0);
    for (const name of ['rejects.csv', 'rejects.reasons.csv']) {
      expect(readFileSync(join(disk.path, 'state', name))).toEqual(readFileSync(join(whole, name)));
    }
    const { 'rejects.csv': _, 'rejects.reasons.csv': __, ...parts } = contentOf(whole);
    expect(Object.keys(contentOf(out))).toEqual(Object.keys(parts));
  });

  it('under the state of a load into a server', async () => {
    const server = await startStandIn(['geese']);
    const state = join(disk.path, 'state');
    const load = () =>
      skein(['load', file, '--to', server.url, '--bucket', 'geese', '--no-verify', '--state', state, '--json', ...CHUNKS], {
        INFLUX_TOKEN: TOKEN,
        INFLUX_ORG: ORG,
      });
    disk.leave(40_960);
    expectFailure(await load(), 5, /state\/\S+ could not be written: the disk is full/);
    disk.leave(1 << 20);
    const { code, stdout } = await load();
    await server.close();
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ rows: 90_000, rejected: 850, balanced: true });
    expect(readFileSync(join(state, 'rejects.csv'))).toEqual(readFileSync(join(whole, 'rejects.csv')));
  });
});

/** The variables that make something happen when a byte of a file is read. */
function disturbance(what: Disturbance): Record<string, string> {
  return { SKEIN_TEST_DISTURB: JSON.stringify(what), NODE_OPTIONS: `--import ${DISTURB_READS} --max-old-space-size=200` };
}

/** With one worker, each pass over a file reads a byte once. */
function disturbed(what: Disturbance, args: string[]): Promise<Run> {
  return skein([...args, '--workers', '1'], disturbance(what));
}

describe('a read that fails', () => {
  const sentence = /export\.csv cannot be read at byte \d+: EIO: i\/o error, read\. See to the disk/;

  it('in the survey ends it with 3, and nothing is written', async () => {
    const out = join(temporaryDirectory(), 'out');
    expectFailure(await disturbed({ what: 'EIO', at: MIDDLE, time: 1 }, ['load', file, '--to', out, ...CHUNKS]), 3, sentence);
    expect(existsSync(out)).toBe(false);
    expectFailure(await disturbed({ what: 'EIO', at: MIDDLE, time: 1 }, ['inspect', file]), 3, sentence);
  });

  it('in the load ends it with 3, and the load goes on from there', async () => {
    const out = join(temporaryDirectory(), 'out');
    expectFailure(await disturbed({ what: 'EIO', at: MIDDLE, time: 2 }, ['load', file, '--to', out, ...CHUNKS]), 3, sentence);
    const { code, stdout } = await skein(['load', file, '--to', out, '--json', ...CHUNKS]);
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as { resumedRows: number }).resumedRows).toBeGreaterThan(30_000);
    expectWhole(out);
  });

  it.skipIf(!canMount)('on a disk of which a part is gone is the same (skipped where nothing can be mounted)', async ({ skip }) => {
    const broken = onBrokenDisk(file);
    if (broken === undefined) return skip('no loop devices or no mkfs.ext4');
    const run = await skein(['inspect', broken.copy]);
    broken.unmount();
    expectFailure(run, 3, sentence);
  });

  it('of a file that may not be read, or is gone, is said so', async () => {
    expectFailure(await skein(['inspect', '/no/such.csv']), 3, /There is no file \/no\/such\.csv/);
    expectFailure(await skein(['inspect', join(file, 'in', 'a', 'file')]), 3, /There is no file/);
  });
});

describe('a file that changes under a load', () => {
  const changes = ['append', 'truncate', 'rewrite', 'replace'] as const;
  const sentence = /export\.csv changed while it was being read\. Wait until nothing writes to it/;
  const copyOf = (): string => {
    const copy = join(temporaryDirectory(), 'export.csv');
    writeFileSync(copy, readFileSync(file));
    return copy;
  };

  it.each(changes)('in the survey: %s', async (what) => {
    const copy = copyOf();
    const out = join(temporaryDirectory(), 'out');
    expectFailure(await disturbed({ what, at: MIDDLE, time: 1, path: copy }, ['load', copy, '--to', out, ...CHUNKS]), 3, sentence);
    expect(existsSync(out)).toBe(false);
  });

  it.each(changes)('in the load: %s', async (what) => {
    const copy = copyOf();
    const out = join(temporaryDirectory(), 'out');
    expectFailure(await disturbed({ what, at: MIDDLE, time: 2, path: copy }, ['load', copy, '--to', out, ...CHUNKS]), 3, sentence);
    expect(readdirSync(out)).not.toContain('manifest.json');
    expectFailure(await skein(['load', copy, '--to', out]), 4, /the file has changed since\. .*--fresh to start over/);
    expect((await skein(['load', copy, '--to', out, '--fresh'])).code).toBe(0);
  });

  it.each(changes)('in its last chunk: %s', async (what) => {
    const copy = copyOf();
    const out = join(temporaryDirectory(), 'out');
    const at = statSync(copy).size - 2;
    expectFailure(await disturbed({ what, at, time: 2, path: copy }, ['load', copy, '--to', out, ...CHUNKS]), 3, sentence);
    expect(readdirSync(out)).not.toContain('manifest.json');
  });
});

describe('a worker thread', () => {
  it.each([
    ['exit', 1, /A worker thread ended before its work was done \(worker exited with code: 7\)\. Use fewer --workers/],
    ['exit', 2, /A worker thread ended before its work was done/],
    ['memory', 1, /A worker thread ran out of memory\. Use fewer --workers, or smaller --chunk-bytes/],
    ['memory', 2, /A worker thread ran out of memory/],
  ] as const)('that dies (%s, in pass %i) ends the load with 2, and what is done stays done', async (what, time, sentence) => {
    const out = join(temporaryDirectory(), 'out');
    expectFailure(await disturbed({ what, at: MIDDLE, time }, ['load', file, '--to', out, ...CHUNKS]), 2, sentence);
    expect(existsSync(out)).toBe(time > 1);
    const { code, stdout } = await skein(['load', file, '--to', out, '--json', ...CHUNKS]);
    expect(code).toBe(0);
    if (time > 1) expect((JSON.parse(stdout) as { resumedRows: number }).resumedRows).toBeGreaterThan(30_000);
    expectWhole(out);
  });

  it('that dies with requests under way leaves none of the others waiting', async () => {
    const server = await startStandIn(['geese']);
    const state = join(temporaryDirectory(), 'state');
    const replay = (variables: Record<string, string>) =>
      skein(['replay', whole, '--to', server.url, '--bucket', 'geese', '--state', state, '--workers', '3', '--json'], {
        INFLUX_TOKEN: TOKEN,
        INFLUX_ORG: ORG,
        ...variables,
      });
    // Every part has a byte 1000; the tenth is read while the batches of another are on their way.
    const failed = await replay(disturbance({ what: 'exit', at: 1000, time: 10 }));
    expectFailure(failed, 2, /A worker thread ended before its work was done/);
    const { code, stdout } = await replay({});
    await server.close();
    expect(code).toBe(0);
    const { lines, resumedLines } = JSON.parse(stdout) as { lines: number; resumedLines: number };
    expect([lines, resumedLines > 0]).toEqual([89_150, true]);
    expect(new Set(server.lines.get('geese'))).toEqual(new Set(linesIn(whole)));
  });
});
