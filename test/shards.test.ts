// `skein load --format shards`: the files of a server's shards hold what the
// lines of the same load hold, whatever the order of the rows and however they
// are cut, and a load that is killed leaves the same files in the end.

import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { generateExport } from '../fixtures/generate.ts';
import { between, randomFrom } from '../fixtures/random.ts';
import { generateCollisions, ORDERS } from './support/collisions.ts';
import { contentOfDirectory, killLoads } from './support/kills.ts';
import { answersOfLines, answersOfShards, filesIn, shardsIn } from './support/shards.ts';
import { GEESE, linesIn, skein, temporaryDirectory } from './support/skein.ts';
import { canMount, SmallDisk } from './support/small-disk.ts';

const ROWS = 6000;
const POLICIES = ['keep', 'first', 'last'];
const CHUNKS = ['--chunk-bytes', '40000'];

/** Load a file both ways and compare. */
async function expectSame(path: string, args: readonly string[], cuts: readonly string[] = CHUNKS): Promise<string> {
  const directory = temporaryDirectory();
  const [lines, shards] = [join(directory, 'lines'), join(directory, 'shards')];
  const first = await skein(['load', path, '--to', lines, ...args]);
  const second = await skein(['load', path, '--to', shards, '--format', 'shards', ...cuts, ...args]);
  expect([second.code, second.stderr.includes('bug')]).toEqual([first.code, false]);
  if (first.code === 0) expect(answersOfShards(shards)).toEqual(answersOfLines(linesIn(lines).join('\n')));
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

  it.each(ORDERS)('hold what the lines leave of rows that share series and time, in a file that is %s', async (order) => {
    const seed = 40 + ORDERS.indexOf(order);
    const path = join(temporaryDirectory(), `${order}.csv`);
    writeFileSync(path, generateCollisions(seed, { rows: 3000, order, share: 0.2 }));
    const random = randomFrom(seed);
    const policy = POLICIES[seed % POLICIES.length]!;
    const cuts = ['--chunk-bytes', String(between(random, 2000, 120_000)), '--workers', String(between(random, 1, 4))];
    await expectSame(path, ['--duplicates', policy], cuts);
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
});
