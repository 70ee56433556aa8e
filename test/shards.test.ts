// `skein load --format shards`: the files of a server's shards hold what the
// lines of the same load hold, whatever the order of the rows and however they
// are cut, and a load that is killed leaves the same files in the end.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { generateExport } from '../fixtures/generate.ts';
import { between, randomFrom } from '../fixtures/random.ts';
import { readLine } from '../src/encode/read-line.ts';
import { fuzzedFile } from './fuzz/fuzzed-file.ts';
import { type Answers, answersOf, readTsm, sortAnswers, type TsmValue } from './oracle/read-tsm.ts';
import { contentOfDirectory, killLoads } from './support/kills.ts';
import { GEESE, linesIn, skein, temporaryDirectory } from './support/skein.ts';
import { canMount, SmallDisk } from './support/small-disk.ts';

const ROWS = 6000;
const CHUNKS = ['--chunk-bytes', '40000'];

interface ShardManifest {
  books: { points: number };
  shards: {
    startMs: number;
    endMs: number;
    points: number;
    firstMs: number;
    lastMs: number;
    files: { name: string; bytes: number; keys: number; blocks: number; values: number }[];
  }[];
}

const manifestIn = (directory: string): ShardManifest => JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8'));
const filesIn = (directory: string) => manifestIn(directory).shards.flatMap(({ files }) => files);
const shardsIn = (directory: string): string[] => readdirSync(directory).filter((name) => name.startsWith('shard-'));

/** What a server would answer that has the shard files in a directory, each point being in the shard of its time. */
function answersOfShards(directory: string): Answers {
  const { shards, books } = manifestIn(directory);
  expect(shardsIn(directory).sort()).toEqual(
    filesIn(directory)
      .map(({ name }) => name)
      .sort(),
  );
  expect(shards.reduce((sum, { points }) => sum + points, 0)).toBe(books.points);
  return answersOf(
    shards.flatMap(({ files, startMs, endMs, firstMs, lastMs }) => {
      const read = files.map(({ name, ...told }) => {
        const file = readFileSync(join(directory, name));
        const keys = readTsm(file);
        const blocks = [...keys.values()].flat();
        const values = blocks.reduce((sum, block) => sum + block.values.length, 0);
        expect({ bytes: file.length, keys: keys.size, blocks: blocks.length, values }).toEqual(told);
        return keys;
      });
      const times = read.flatMap((keys) =>
        [...keys.values()].flat().flatMap((block) => block.times.map((time) => Number(time / 1_000_000n))),
      );
      const [first, last] = times.reduce(([a, b], ms) => [Math.min(a, ms), Math.max(b, ms)], [Infinity, -Infinity]);
      expect([first, last, firstMs >= startMs, lastMs < endMs]).toEqual([firstMs, lastMs, true, true]);
      return read;
    }),
  );
}

function answersOfLines(directory: string): Answers {
  return sortAnswers(
    linesIn(directory)
      .filter((line) => line !== '')
      .map(readLine)
      .flatMap(({ series, timeMs, fields }) =>
        Array.from(fields, ([field, value]): [string, TsmValue] => [`${series}#!~#${field} ${BigInt(timeMs) * 1_000_000n}`, value]),
      ),
  );
}

/** Load a file both ways and compare. */
async function expectSame(path: string, args: readonly string[], cuts: readonly string[] = CHUNKS): Promise<string> {
  const directory = temporaryDirectory();
  const [lines, shards] = [join(directory, 'lines'), join(directory, 'shards')];
  const first = await skein(['load', path, '--to', lines, ...args]);
  const second = await skein(['load', path, '--to', shards, '--format', 'shards', ...cuts, ...args]);
  expect([second.code, second.stderr.includes('bug')]).toEqual([first.code, false]);
  if (first.code === 0) expect(answersOfShards(shards)).toEqual(answersOfLines(lines));
  return shards;
}

let text: string;
let file: string;

beforeAll(() => {
  file = join(temporaryDirectory(), 'export.csv');
  text = [...generateExport({ rows: ROWS, animals: 5, seed: 3, flaws: { outlier: 60 } })].join('');
  writeFileSync(file, text);
});

/** The export with its rows in another order. */
function reordered(order: (rows: string[]) => string[]): string {
  const [header, ...rows] = text.trimEnd().split('\n');
  const path = join(temporaryDirectory(), 'reordered.csv');
  writeFileSync(path, `${[header, ...order(rows)].join('\n')}\n`);
  return path;
}

describe('shard files', { timeout: 60_000 }, () => {
  it('hold every value that the lines hold', async () => {
    const shards = await expectSame(GEESE, [], ['--chunk-bytes', '500000']);
    expect(readdirSync(shards).filter((name) => name.startsWith('part-'))).toEqual([]);
  });

  it.each(['first', 'last'])('hold what --duplicates %s leaves of colliding rows', async (policy) => {
    await expectSame(GEESE, ['--duplicates', policy, '--since', '2020-06-01']);
  });

  it('hold the rows of any fuzzed file', async () => {
    let compared = 0;
    for (let seed = 400; compared < 4; seed++) {
      const { bytes, chunkBytes, duplicates } = fuzzedFile(seed);
      if (bytes.length > 100_000) continue;
      const path = join(temporaryDirectory(), `${seed}.csv`);
      writeFileSync(path, bytes);
      await expectSame(path, ['--duplicates', duplicates], ['--chunk-bytes', String(chunkBytes)]);
      compared++;
    }
  });

  it('are in the order of time where the rows are in any', async () => {
    const random = randomFrom(1);
    const shuffled = reordered((rows) => {
      for (let i = rows.length - 1; i > 0; i--) {
        const j = between(random, 0, i + 1);
        [rows[i], rows[j]] = [rows[j]!, rows[i]!];
      }
      return rows;
    });
    await expectSame(shuffled, []);
  });

  it('have whole blocks where the rows of all animals come by time', async () => {
    const timeOf = (row: string): string => /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+/.exec(row)?.[0] ?? '';
    const byTime = reordered((rows) => rows.sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1)));
    const shards = await expectSame(byTime, []);
    const ofAnimals = await expectSame(file, []);
    const blocks = (directory: string): number => filesIn(directory).reduce((sum, file) => sum + file.blocks, 0);
    expect(blocks(shards)).toBeLessThanOrEqual(blocks(ofAnimals));
  });

  it('are the same after any number of kills', async () => {
    const whole = join(temporaryDirectory(), 'whole');
    expect((await skein(['load', file, '--to', whole, '--format', 'shards', ...CHUNKS])).code).toBe(0);
    await killLoads(8, 900, randomFrom(7), () => {
      const out = join(temporaryDirectory(), 'out');
      return {
        args: ['load', file, '--to', out, '--format', 'shards', '--workers', '1', ...CHUNKS],
        check: async () => {
          expect(contentOfDirectory(out)).toEqual(contentOfDirectory(whole));
          expect(readdirSync(out).filter((name) => name.endsWith('.tmp'))).toEqual([]);
        },
      };
    });
  });

  it.skipIf(!canMount)(
    'leave nothing unfinished on a full disk, and are made when there is room (skipped where no disk can be made)',
    async () => {
      const whole = join(temporaryDirectory(), 'whole');
      const load = (out: string) => skein(['load', file, '--to', out, '--format', 'shards', ...CHUNKS]);
      expect((await load(whole)).code).toBe(0);
      const bytes = filesIn(whole).reduce((sum, file) => sum + file.bytes, 0);
      // All parts find room, the files that are made of them do not.
      const disk = new SmallDisk(Math.round(1.9 * bytes));
      try {
        const out = join(disk.path, 'out');
        const { code, stderr } = await load(out);
        expect([code, stderr]).toEqual([5, expect.stringMatching(/shard-[0-9-]+\.tsm/)]);
        expect(readdirSync(out).filter((name) => /\.tmp$|manifest/.test(name))).toEqual([]);
        disk.grow(4 * bytes);
        expect((await load(out)).code).toBe(0);
        expect(contentOfDirectory(out)).toEqual(contentOfDirectory(whole));
      } finally {
        disk.unmount();
      }
    },
  );

  it('are not gone on with in another format, and --fresh leaves nothing of them', async () => {
    const out = join(temporaryDirectory(), 'out');
    await skein(['load', file, '--to', out, '--format', 'shards']);
    expect(shardsIn(out).length).toBeGreaterThan(0);
    expect(await skein(['load', file, '--to', out])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('it was begun with --format shards'),
    });
    expect((await skein(['load', file, '--to', out, '--fresh'])).code).toBe(0);
    expect(shardsIn(out)).toEqual([]);
    expect(linesIn(out).length).toBe(ROWS);
  });

  it('are for a directory', async () => {
    const { code, stderr } = await skein(['load', GEESE, '--to', 'http://127.0.0.1:1', '--format', 'shards']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('Shard files are for a directory')]);
  });

  it('are not sent by replay, which says what to do', async () => {
    const out = join(temporaryDirectory(), 'out');
    await skein(['load', file, '--to', out, '--format', 'shards']);
    const { code, stderr } = await skein(['replay', out, '--to', 'http://127.0.0.1:1']);
    expect([code, stderr]).toEqual([3, expect.stringContaining('without --format shards to replay it')]);
  });
});
