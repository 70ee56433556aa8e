// What a load does with rows that share series and time: what brute force says
// must become of each, whatever the order of the rows and however they are read.

import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Spool } from '../src/collisions/spool.ts';
import type { DuplicatePolicy } from '../src/duplicate-policy.ts';
import { addRun, addTimes, type Intervals, type SeriesTimes, timesOf } from '../src/survey/series-times.ts';
import { type Policy, writtenPoints } from './oracle/expect-collisions.ts';
import { expectPoints } from './oracle/expect-points.ts';
import { type Point, readLineProtocol } from './oracle/read-line-protocol.ts';
import { TERMS } from './oracle/terms.ts';
import { generateCollisions, ORDERS } from './support/collisions.ts';
import { GEESE, linesIn, skein, temporaryDirectory } from './support/skein.ts';

const { load } = (await import(new URL('../dist/src/index.js', import.meta.url).href)) as typeof import('../src/index.ts');

interface Loaded {
  readonly lines: string[];
  readonly books: { readonly points: number; readonly duplicates: number };
}

async function loadText(text: string, options: object): Promise<Loaded> {
  const directory = temporaryDirectory();
  const file = join(directory, 'export.csv');
  writeFileSync(file, text);
  const { books } = await load(file, { to: { directory: join(directory, 'out') }, ...options });
  return { lines: linesIn(join(directory, 'out')), books };
}

/** A point in one form, whatever the order of its fields. */
function plain({ tags, fields, time }: Point): string {
  return JSON.stringify([[...tags], [...fields].sort(), time]);
}

/** The points that brute force says must be written. */
async function expected(text: string, policy: Policy): Promise<string[]> {
  const { points } = await expectPoints(Buffer.from(text), TERMS);
  return writtenPoints(points, policy).map(plain).sort();
}

describe.each(ORDERS)('rows that share series and time in a file that is %s', (order) => {
  it.each(['keep', 'first', 'last'] as const)('become under %s what brute force says, however they are read', async (policy) => {
    for (const [seed, chunkBytes, workers] of [
      [1, 1 << 20, 1],
      [2, 20_000, 2],
      [3, 3_000, 3],
    ] as const) {
      const text = generateCollisions(seed, { rows: 1500, order, share: 0.3 });
      const wanted = await expected(text, policy);
      const { lines, books } = await loadText(text, { chunkBytes, workers, duplicates: policy });
      const points = readLineProtocol(`${lines.join('\n')}\n`);
      expect(points.map(plain).sort()).toEqual(wanted);
      expect(books.points).toBe(wanted.length);
      expect(books.duplicates).toBeGreaterThan(100);
      // Nothing that is written replaces anything else.
      expect(new Set(points.map(({ tags, time }) => JSON.stringify([[...tags], time]))).size).toBe(points.length);
    }
  });
});

describe('rows that share series and time', () => {
  it('are decided on before anything is filtered, so a filtered load agrees with a full one', async () => {
    const text = generateCollisions(8, { rows: 1500, order: 'shuffled', share: 0.5 });
    const full = await loadText(text, {});
    const selection = { individuals: [], dropOutliers: true, dropNoLocation: true };
    const { lines, books } = await loadText(text, { selection });
    const wanted = full.lines.filter((line) => !/[ ,]visible=false[ ,]/.test(line) && /[ ,]lat=/.test(line));
    expect(lines.sort()).toEqual(wanted.sort());
    expect(books.points).toBe(wanted.length);
  });

  it('stop the load under stop, with a sentence that says where', async () => {
    const { code, stderr } = await skein(['load', GEESE, '--to', join(temporaryDirectory(), 'out'), '--duplicates', 'stop']);
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /has 36 rows that share series and time .* \(the first are at bytes \d+ and \d+, of Sigrún.*nothing was written/,
    );
  });

  it('that only repeat others do not stop the load under stop', async () => {
    const row = '2014-05-01 12:00:00.000,1.0,2.0,Ann\n';
    const text = `timestamp,location-lat,location-long,individual-local-identifier\n${row}${row}`;
    expect((await loadText(text, { duplicates: 'stop' satisfies DuplicatePolicy })).books).toMatchObject({ points: 1, duplicates: 1 });
  });

  it('differ where the id of one is no number and so kept as text', async () => {
    const rows = ['7', 'lost', '5', 'lost'].map((id) => `${id},2014-05-01 12:00:00.000,1.0,2.0,Ann\n`).join('');
    const { lines } = await loadText(`event-id,timestamp,location-lat,location-long,individual-local-identifier\n${rows}`, {});
    expect(lines).toEqual([
      'movebank,individual_local_identifier=Ann lat=1.0,lon=2.0,event_id=5i 1398945600000',
      'movebank,dup=1,individual_local_identifier=Ann event_id_text="lost",lat=1.0,lon=2.0 1398945600000',
    ]);
  });

  it('get another tag in a file that has a column dup', async () => {
    const rows = ['1,x', '2,y'].map((cells) => `2014-05-01 12:00:00.000,${cells},Ann\n`).join('');
    const { lines } = await loadText(`timestamp,location-lat,dup,individual-local-identifier\n${rows}`, {});
    expect(lines[1]).toContain(',dup_2=1,');
  });

  it('are told from those of other animals where there are more than a worker keeps in mind', async () => {
    const animals = 10_000;
    const rows = Array.from({ length: 2 * animals }, (_, i) => `2014-05-01 12:00:00.000,1.0,${i / 200},"bird ${i % animals}"\n`);
    const text = `timestamp,location-lat,location-long,individual-local-identifier\n${rows.join('')}`;
    const { lines } = await loadText(text, { chunkBytes: 50_000, workers: 1, duplicates: 'keep' });
    const series = lines.map((line) => line.slice(0, line.indexOf(' lat=')));
    expect(new Set(series.filter((key) => !key.includes(',dup='))).size).toBe(animals);
    expect(new Set(series.filter((key) => key.includes(',dup=1,'))).size).toBe(animals);
    expect(lines).toHaveLength(2 * animals);
  });
});

describe('the times at which a series may have two rows', () => {
  const holds = (intervals: Intervals, time: number): boolean =>
    intervals.some((first, i) => i % 2 === 0 && first <= time && time <= intervals[i + 1]!);
  const run = fc
    .tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 30 }))
    .map(([first, length]) => [first, first + length] as const);

  it('hold every time that two runs share, however the runs are put together', () => {
    fc.assert(
      fc.property(fc.array(run, { minLength: 1, maxLength: 60 }), fc.array(fc.nat(60), { maxLength: 5 }), (runs, cuts) => {
        const parts: SeriesTimes[] = [];
        for (const [i, [first, last]] of runs.entries()) {
          const part = cuts.includes(i) ? undefined : parts.at(-1);
          if (part === undefined) parts.push(timesOf(first, last));
          else addRun(part, first, last);
        }
        const [whole, ...others] = parts as [SeriesTimes, ...SeriesTimes[]];
        for (const part of others) addTimes(whole, part);
        for (let time = 0; time <= 430; time++) {
          const count = runs.filter(([first, last]) => first <= time && time <= last).length;
          if (count > 0) expect(holds(whole.covered, time)).toBe(true);
          if (count > 1) expect(holds(whole.suspect, time)).toBe(true);
        }
        for (const set of [whole.covered, whole.suspect]) {
          expect(set.length).toBeLessThanOrEqual(64);
          expect(set.every((time, i) => i === 0 || time >= set[i - 1]!)).toBe(true);
        }
      }),
    );
  });

  it('are none in sorted and interleaved files', () => {
    const times = timesOf(0, 10);
    for (let i = 1; i < 100; i++) addRun(times, 11 * i, 11 * i + 10);
    expect(times.suspect).toEqual([]);
  });
});

describe('the spool', () => {
  it('gives back the same from memory and from files', () => {
    const pieces = Array.from({ length: 200 }, (_, i) => ({ partition: (i * 7) % 5, bytes: new Uint8Array(1 + (i % 13)).fill(i) }));
    const inMemory = new Spool(1 << 20);
    const inFiles = new Spool(100);
    for (const piece of pieces) for (const spool of [inMemory, inFiles]) spool.add([piece]);
    for (let partition = 0; partition < 6; partition++) {
      const wanted = Buffer.concat(pieces.filter((piece) => piece.partition === partition).map(({ bytes }) => bytes));
      expect(Buffer.from(inMemory.read(partition))).toEqual(wanted);
      expect(Buffer.from(inFiles.read(partition))).toEqual(wanted);
    }
    inFiles.close();
  });
});

/** Twenty million by `SKEIN_TEST_SHUFFLED_ROWS=20000000`. */
const SHUFFLED_ROWS = Number(process.env['SKEIN_TEST_SHUFFLED_ROWS'] ?? 400_000);

describe('a shuffled file', () => {
  it(`of ${SHUFFLED_ROWS} rows has each of its repeats found in bounded memory`, { timeout: 30_000 + SHUFFLED_ROWS / 5 }, async () => {
    const directory = temporaryDirectory();
    const file = join(directory, 'shuffled.csv');
    const repeats = writeShuffled(file, SHUFFLED_ROWS);
    const { code, stdout, stderr } = await skein(['inspect', file, '--json', '--quiet'], { NODE_OPTIONS: '--max-old-space-size=128' });
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as { collisions: object }).collisions).toMatchObject({ groups: repeats, repeats, differing: 0 });
  });
});

/** Rows of three animals in an order that a multiplier shuffles; every 1000th repeats another far away. */
function writeShuffled(path: string, rows: number): number {
  const out = openSync(path, 'w');
  let piece = 'event-id,timestamp,location-lat,individual-local-identifier\n';
  let repeats = 0;
  for (let i = 0; i < rows; i++) {
    // 7919 is prime, so no number comes twice; a repeat is a number that the order gives to another row.
    const isRepeat = i % 1000 === 999;
    if (isRepeat) repeats++;
    const number = ((isRepeat ? i - 500 : i) * 7919) % rows;
    const time = new Date(1.4e12 + Math.floor(number / 3) * 1000).toISOString().slice(0, 23).replace('T', ' ');
    piece += `${i},${time},${number % 90}.5,bird ${number % 3}\n`;
    if (piece.length > 1 << 20) {
      writeSync(out, piece);
      piece = '';
    }
  }
  writeSync(out, piece);
  closeSync(out);
  return repeats;
}
