// `skein load --via shards`: a server gets finished files, has in the end what
// writes would have given it, and is not believed anything before it was counted.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { generateExport } from '../fixtures/generate.ts';
import { readLine } from '../src/encode/read-line.ts';
import { ALL_ACCESS_TOKEN, ORG, READ_TOKEN, type StandIn, startStandIn, TOKEN } from './support/influx2-stand-in.ts';
import { linesIn, type Run, skein, startSkein, temporaryDirectory } from './support/skein.ts';

const POINTS = 1500;
/** Of a week each. */
const SHARDS = 13;

let file: string;
let server: StandIn;
/** Journals of one test, so that it can go on with a load. */
let home: string;

beforeAll(() => {
  file = join(temporaryDirectory(), 'export.csv');
  writeFileSync(file, [...generateExport({ rows: POINTS, animals: 6, seed: 3 })].join(''));
});

beforeEach(async () => {
  server = await startStandIn(['old']);
  home = temporaryDirectory();
});

afterEach(() => server.close());

const environment = (token = TOKEN) => ({ INFLUX_TOKEN: token, INFLUX_ORG: ORG, XDG_STATE_HOME: home });
const argumentsOf = (...more: string[]): string[] => ['load', file, '--to', server.url, '--bucket', 'new', '--via', 'shards', ...more];
const loadByShards = (...more: string[]): Promise<Run> => skein(argumentsOf(...more), environment());

/** Every value of every point. */
function valuesOf(lines: readonly string[]): string[] {
  return lines
    .filter((line) => line !== '')
    .map(readLine)
    .flatMap(({ series, timeMs, fields }) =>
      Array.from(fields, ([field, value]) => `${series} ${timeMs} ${field} ${typeof value} ${value}`),
    )
    .sort();
}

const heldBy = (bucket: string): string[] => [
  ...new Set(valuesOf([...server.shards.linesOf(bucket), ...(server.lines.get(bucket) ?? [])])),
];

const filesIn = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
  );

/** The journal of the one load. */
const journalPath = (): string => filesIn(home).find((path) => path.endsWith('journal.ndjson')) ?? '';

describe('a load by way of shards', { timeout: 60_000 }, () => {
  it('gives the server what the lines hold, one file a shard and one point of each by a write', async () => {
    const { code, stdout } = await loadByShards();
    expect(stdout).toContain('The server holds all 1,500 points');
    expect(code).toBe(0);
    const directory = join(temporaryDirectory(), 'lines');
    await skein(['load', file, '--to', directory]);
    expect(heldBy('new')).toEqual(valuesOf(linesIn(directory)));
    const shards = (server.shards.buckets.get('new')?.groups ?? []).filter(({ files }) => files.size > 0);
    expect(shards).toHaveLength(SHARDS);
    expect(server.lines.get('new')).toHaveLength(SHARDS);
    expect(server.shards.uploads.map(({ shard }) => shard).sort()).toEqual(shards.map(({ shard }) => shard).sort());
    expect(new Set(server.shards.uploads.map(({ name }) => name))).toEqual(new Set(['000000100-000000001.tsm']));
  });

  it('leaves neither files of shards behind nor what the server told of its tokens', async () => {
    const { stdout, stderr } = await loadByShards('--json');
    const left = filesIn(home);
    expect(left.filter((path) => /shard|part/.test(path))).toEqual([]);
    for (const text of [stdout, stderr, ...left.map((path) => readFileSync(path, 'latin1'))]) expect(text).not.toContain(TOKEN);
  });

  it('writes nothing in a dry run', async () => {
    const { code, stdout } = await loadByShards('--dry-run');
    expect([code, server.writes, server.lines.has('new')]).toEqual([0, 0, false]);
    expect(stdout).toContain('The bucket new would be made');
  });

  it('takes the operator token from the file of --admin-env-file', async () => {
    const admin = join(home, 'admin.env');
    writeFileSync(admin, `INFLUX_TOKEN=${TOKEN}\n`);
    const { code } = await skein(argumentsOf('--admin-env-file', admin), environment(READ_TOKEN));
    expect(code).toBe(0);
  });

  it.each([
    [
      'a token that is no operator',
      () => skein(argumentsOf(), environment(ALL_ACCESS_TOKEN)),
      5,
      /wants the operator token .* --admin-env-file/,
    ],
    ['a bucket that is there', () => loadByShards('--bucket', 'old'), 2, /has a bucket old already, .* Name another with --bucket/],
    ['a directory', () => loadByShards('--to', join(home, 'out')), 2, /is about a server, .* use --format shards/],
    ['a bucket that is to be emptied', () => loadByShards('--replace-bucket', '--yes'), 2, /Leave one of them out/],
  ])('is refused with %s, before anything is made', async (_, run, exitCode, words) => {
    const { code, stderr } = await run();
    expect(stderr).toMatch(words);
    expect([code, server.writes, server.lines.has('new')]).toEqual([exitCode, 0, false]);
  });

  it('sends a file again that the server took and did not keep', async () => {
    server.uploadFault = (n) => (n === 1 ? 'lost' : undefined);
    const { code } = await loadByShards();
    expect(code).toBe(0);
    expect(server.shards.uploads).toHaveLength(SHARDS + 1);
  });

  it('tries again what a server did not answer', async () => {
    server.uploadFault = (n) => (n === 1 ? 'status 503' : n === 2 ? 'cut' : undefined);
    const { code, stdout } = await loadByShards();
    expect(stdout).toContain(`1,500 points`);
    expect(code).toBe(0);
  });

  it('deletes its bucket when the server keeps nothing, and makes it again when told to', async () => {
    server.uploadFault = () => 'lost';
    const first = await loadByShards();
    expect(first.stderr).toMatch(/has in its shard of .* instead of .* after a second time\. The bucket new, .* was deleted again/);
    expect([first.code, server.lines.has('new'), server.lines.has('old')]).toEqual([7, false, true]);
    server.uploadFault = () => undefined;
    const second = await loadByShards();
    expect(second.code).toBe(0);
  });

  it('goes on by writes with --via auto when the server keeps nothing', async () => {
    server.uploadFault = () => 'lost';
    const { code, stdout } = await loadByShards('--via', 'auto');
    expect(stdout).toMatch(/was deleted again.* So it was loaded by writes/);
    expect([code, server.lines.get('new')?.length]).toEqual([0, POINTS]);
  });

  it('goes by writes with --via auto where shards cannot be', async () => {
    const { code, stdout } = await loadByShards('--via', 'auto', '--bucket', 'old');
    expect(stdout).toContain('It was loaded by writes: ');
    expect([code, server.lines.get('old')?.length]).toEqual([0, POINTS]);
  });

  it('leaves a bucket that somebody else has written into', async () => {
    server.uploadFault = () => {
      server.lines.get('new')?.push(`movebank,individual_local_identifier=another lat=1 ${Date.parse('2019-08-01')}`);
      return undefined;
    };
    const { code, stderr } = await loadByShards();
    expect(stderr).toContain('Somebody else has written into the bucket new');
    expect([code, server.lines.has('new')]).toEqual([7, true]);
  });

  it('goes on after a kill in the middle of an upload, with what is not handed over', async () => {
    const hangs = new Promise<void>((resolve) => {
      server.uploadFault = (n) => {
        if (n < 3) return undefined;
        resolve();
        return 'hang';
      };
    });
    const { child, ended } = startSkein(argumentsOf('--in-flight', '1'), environment());
    await hangs;
    child.kill('SIGKILL');
    await ended;
    const before = server.shards.uploads.length;
    server.uploadFault = () => undefined;
    expect((await loadByShards()).code).toBe(0);
    expect(server.shards.uploads.length - before).toBe(SHARDS - 2);
  });

  it('knows a bucket again that it made and was killed before it could note that', async () => {
    server.uploadFault = () => 'hang';
    const { child, ended } = startSkein(argumentsOf(), environment());
    while (server.shards.buckets.get('new')?.groups.length === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGKILL');
    await ended;
    const path = journalPath();
    const lines = readFileSync(path, 'utf8').split('\n');
    writeFileSync(
      path,
      lines
        .slice(0, lines.findIndex((line) => line.includes('"mark"')) + 1)
        .join('\n')
        .concat('\n'),
    );
    server.uploadFault = () => undefined;
    expect((await loadByShards()).code).toBe(0);
  });

  it('starts over with --fresh, in a bucket that is made anew, where it did not come to its end', async () => {
    server.uploadFault = () => 'hang';
    const { child, ended } = startSkein(argumentsOf(), environment());
    while (!server.lines.get('new')?.length) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGKILL');
    await ended;
    const { id } = server.shards.buckets.get('new') ?? {};
    server.uploadFault = () => undefined;
    expect((await loadByShards('--fresh')).code).toBe(0);
    expect(server.shards.buckets.get('new')?.id).not.toBe(id);
    const again = await loadByShards('--fresh');
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('has a bucket new already')]);
  });

  it('is not taken for a load by writes that goes on', async () => {
    server.uploadFault = () => 'hang';
    const { child, ended } = startSkein(argumentsOf(), environment());
    while (!server.lines.get('new')?.length) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGKILL');
    await ended;
    const { code, stderr } = await loadByShards('--via', 'write');
    expect(stderr).toMatch(/it was begun with --via shards/);
    expect(code).toBe(4);
  });
});

describe('files of shards in a directory', { timeout: 60_000 }, () => {
  const replay = (directory: string): Promise<Run> => skein(['replay', directory, '--to', server.url, '--bucket', 'new'], environment());
  let out: string;

  beforeEach(async () => {
    out = join(home, 'out');
    await skein(['load', file, '--to', out, '--format', 'shards']);
  });

  it('are handed to a server by replay, once', async () => {
    const { code, stdout } = await replay(out);
    expect(stdout).toContain('The server holds all 1,500 points of 13 shards');
    expect(code).toBe(0);
    const lines = join(home, 'lines');
    await skein(['load', file, '--to', lines]);
    expect(heldBy('new')).toEqual(valuesOf(linesIn(lines)));
    const again = await replay(out);
    expect(again.stdout).toContain('was already sent');
    expect([again.code, server.shards.uploads.length]).toEqual([0, SHARDS]);
  });

  it.each([
    ['in a block', 1000],
    ['in the index', -40],
  ])('are not handed over with a byte changed %s', async (_, place) => {
    const [name = ''] = readdirSync(out).filter((other) => other.endsWith('.tsm'));
    const bytes = readFileSync(join(out, name));
    const at = place < 0 ? bytes.length + place : place;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(join(out, name), bytes);
    const { code, stderr } = await replay(out);
    expect(stderr).toContain(join(out, name));
    expect([code, server.shards.uploads]).toEqual([5, []]);
  });

  it('are known when they are not those of the manifest', async () => {
    const [name = ''] = readdirSync(out).filter((other) => other.endsWith('.tsm'));
    writeFileSync(join(out, name), 'short');
    const { code, stderr } = await replay(out);
    expect(stderr).toMatch(/is damaged: shard-.* has 5 bytes instead of/);
    expect([code, server.lines.has('new')]).toEqual([3, false]);
  });
});
