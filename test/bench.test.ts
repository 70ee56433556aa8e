// The bench's own judgement: it must not believe a program that loses a row, nor
// take noise for a difference.

import { spawnSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countLineProtocol } from '../bench/arrival.ts';
import { compareRuns } from '../bench/compare.ts';
import { type Figure, figureOf, YARDSTICK } from '../bench/figures.ts';
import type * as Programs from '../bench/programs.ts';
import { tableOf } from '../bench/tables.ts';

describe('a program that is measured', () => {
  const LINES = ['movebank,animal=Old\\ Tom\\=1 lat=1.5,lon=2.5 1', 'movebank,animal=Bø lat=1.5,visible=true 2', 'movebank event_id=7i 3'];
  const file = { path: 'export.csv', bytes: 100, rows: 3, values: 5 };
  /** Sends one body, given in base64, to the URL. */
  const SEND = `fetch(process.argv[1], { method: 'POST', headers: { 'content-encoding': 'gzip' }, body: Buffer.from(process.argv[2], 'base64') })`;
  let programs: typeof Programs;
  let sink: Programs.Sink;

  beforeAll(async () => {
    // The sink is a process of its own, so it is the compiled one.
    programs = (await import(new URL('../dist/bench/programs.js', import.meta.url).href)) as typeof Programs;
    sink = await programs.Sink.start();
  });
  afterAll(() => sink.close());

  const run = (lines: readonly string[]) => {
    const body = gzipSync(lines.join('\n')).toString('base64');
    const load = () => ({ program: process.execPath, args: ['-e', SEND, `${sink.url}/api/v2/write`, body] });
    return programs.runPeer({ name: 'a loader', load }, file, sink);
  };

  it('passes when every row and value arrives', async () => {
    await expect(run(LINES)).resolves.toMatchObject({ rowsPerSecond: expect.any(Number) });
  });

  it('fails the bench when it loses a row', async () => {
    await expect(run(LINES.slice(1))).rejects.toThrow('Of a loader, 2 points with 3 values arrived; the export has 3 rows with 5');
  });

  it('fails the bench when it sends a row twice', async () => {
    await expect(run([...LINES, ...LINES.slice(2)])).rejects.toThrow('4 points with 6 values');
  });

  it('fails the bench when it loses a value', async () => {
    const [first = '', ...rest] = LINES;
    await expect(run([first.replace('lat=1.5,', ''), ...rest])).rejects.toThrow('3 points with 4 values');
  });

  it('is counted with or without a line feed at the end', () => {
    const text = LINES.join('\n');
    expect(countLineProtocol(Buffer.from(text))).toEqual({ lines: 3, values: 5 });
    expect(countLineProtocol(Buffer.from(`${text}\n`))).toEqual({ lines: 3, values: 5 });
  });
});

describe('the command line of the bench', () => {
  const bench = (...args: string[]) => spawnSync(process.execPath, ['dist/bench/main.js', ...args], { encoding: 'utf8' });

  it.each([
    [['--to', 'x'], "Unknown option '--to'."],
    [['loaders', '--bytes', 'many'], "--bytes wants a whole number of at least 1000000, not 'many'."],
    [['shards', '--rows', '0'], '--rows wants a whole number of at least 1'],
    [['loader'], 'There is nothing called loader to measure.'],
    [['compare', 'one.json'], 'compare wants two files of results.'],
    [['publish', 'no-such.json'], 'no-such.json cannot be read'],
  ])('%j is a mistake, told in a sentence', (args, sentence) => {
    const { status, stdout, stderr } = bench(...args);
    expect({ status, stdout, lines: stderr.trim().split('\n').length }).toEqual({ status: 2, stdout: '', lines: 1 });
    expect(stderr).toContain(sentence);
  });

  it('has a help', () => {
    expect(bench('--help')).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining('--rounds <n>') });
  });
});

describe('comparing two runs', () => {
  const STEADY = [100, 102, 99, 101, 98];
  const runOf = (unit: string, rounds: readonly number[], speed: number): Figure[] => [
    figureOf(
      'loaders',
      YARDSTICK,
      'MB/s',
      rounds.map(() => speed),
    ),
    figureOf('loaders', 'skein load', unit, rounds),
  ];
  const verdict = (before: Figure[], after: Figure[]) => compareRuns(before, after).map(({ verdict }) => verdict);
  const times = (factor: number) => STEADY.map((value) => value * factor);

  it('sees a difference that is larger than the noise, and which way it goes', () => {
    expect(verdict(runOf('krows/s', STEADY, 1), runOf('krows/s', times(1.2), 1))).toEqual(['more']);
    expect(verdict(runOf('s/Mrows', STEADY, 1), runOf('s/Mrows', times(0.8), 1))).toEqual(['less']);
  });

  it('sees none that the noise could have made', () => {
    const noisy = [70, 130, 95, 105, 100];
    expect(
      verdict(
        runOf('krows/s', noisy, 1),
        runOf(
          'krows/s',
          noisy.map((value) => value * 1.2),
          1,
        ),
      ),
    ).toEqual(['no difference that this noise lets see']);
    expect(verdict(runOf('krows/s', STEADY, 1), runOf('krows/s', STEADY.toReversed(), 1))).toEqual([
      'no difference that this noise lets see',
    ]);
  });

  it('takes a slower machine for no slower program', () => {
    expect(verdict(runOf('krows/s', STEADY, 1), runOf('krows/s', times(0.5), 0.5))).toEqual(['no difference that this noise lets see']);
    expect(verdict(runOf('s/Mrows', STEADY, 1), runOf('s/Mrows', times(2), 0.5))).toEqual(['no difference that this noise lets see']);
    expect(verdict(runOf('MiB', STEADY, 1), runOf('MiB', times(1.2), 0.5))).toEqual(['more']);
  });

  it('has no opinion on what was measured once', () => {
    expect(compareRuns(runOf('krows/s', [100], 1), runOf('krows/s', [200], 1))).toMatchObject([
      { ratio: 2, bounds: undefined, verdict: 'rounds are missing, so that the noise is not known' },
    ]);
  });
});

describe('the table', () => {
  it('says how much of a goal is reached, and of the later one', () => {
    const atLeast = figureOf('loaders', 'skein to a peer', 'x', [17, 18, 19], { target: { bound: 'at least', limit: 20, later: 30 } });
    const atMost = figureOf('loaders', 'CPU to a peer', 'x', [0.1, 0.1], { target: { bound: 'at most', limit: 0.2, later: 0.05 } });
    expect(tableOf([atLeast])).toContain('18.0 x  17.0 … 19.0  at least 20.0: NOT MET, 90 % of the way; 30.0 later: 60 % of the way');
    expect(tableOf([atMost])).toContain('at most 0.20: met; 0.050 later: 50 % of the way');
  });
});
