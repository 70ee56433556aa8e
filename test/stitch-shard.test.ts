// Shard files in the making: what pieces come to, cut where a file would become
// too large, given up when the user has enough, and never made of damage.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { SkeinError } from '../src/errors.ts';
import { type StitchProgress, stitchShards } from '../src/load/shard-files.ts';
import { ShardOutput } from '../src/load/shard-output.ts';
import { removeShard } from '../src/load/shard-paths.ts';
import { StitchGauge } from '../src/load/stitch-gauge.ts';
import { type StitchedFile, type StitchTask, stitchShard } from '../src/load/stitch-shard.ts';
import { BLOCK_VALUES, MOST_BLOCKS } from '../src/tsm/file.ts';
import { PointTable } from '../src/tsm/point-table.ts';
import { FloatColumn } from '../src/tsm/wide-columns.ts';
import { answersOf, fileIn, readTsm } from './oracle/read-tsm.ts';
import { temporaryDirectory } from './support/skein.ts';

const DAY_MS = 86_400_000;
const LARGE = 1 << 30;

let directory: string;
let task: Omit<StitchTask, 'pieces'>;

beforeEach(() => {
  directory = temporaryDirectory();
  task = {
    path: join(directory, 'shard.tsm'),
    startMs: 0,
    endMs: DAY_MS,
    mostBytes: LARGE,
    withContent: true,
    gauge: StitchGauge.create().numbers,
  };
});

/** A piece with every point of `series` x `times`, in the order of the times given. */
function pieceOf(series: readonly string[], timesMs: readonly number[]): Uint8Array {
  const column = new FloatColumn();
  const table = new PointTable([{ field: 'f', column }], DAY_MS);
  for (const one of series) for (const timeMs of timesMs) column.add(table.begin(one, timeMs), timeMs / 7);
  return table.seal()[0]!.bytes;
}

/** Put pieces into a part and stitch them. */
function stitch(pieces: readonly Uint8Array[], options: Partial<StitchTask> = {}): StitchedFile[] {
  const path = join(directory, 'part');
  writeFileSync(path, Buffer.concat(pieces));
  const offsetOf = (i: number): number => pieces.slice(0, i).reduce((sum, { length }) => sum + length, 0);
  const places = pieces.map(({ length }, i) => ({ path, offset: offsetOf(i), length }));
  return stitchShard({ ...task, ...options, pieces: places });
}

const filesIn = (): string[] => readdirSync(directory).sort();
const upTo = (count: number, from = 0): number[] => Array.from({ length: count }, (_, i) => 1000 * (from + i));
const animals = (count: number): string[] => Array.from({ length: count }, (_, i) => `m,animal=${String(i).padStart(3, '0')}`);

describe('the file of a shard', () => {
  it('is the piece where there is one', () => {
    const piece = pieceOf(animals(3), upTo(30));
    const file = fileIn(piece);
    const indexChecksum = crc32(file.subarray(Number(Buffer.from(file).readBigUInt64BE(file.length - 8)), -8));
    const counts = { bytes: piece.length - 4, keys: 3, blocks: 3, values: 90, indexChecksum };
    const content = {
      fields: new Map([['f', 90]]),
      types: new Map([['f', 'float']]),
      samples: animals(3).map((series) => ({ series, field: 'f', timeMs: 15_000, value: 15_000 / 7 })),
      checksum: crc32(file),
    };
    expect(stitch([piece])).toEqual([{ path: task.path, ...counts, content }]);
    expect(readFileSync(task.path)).toEqual(file);
    expect(filesIn()).toEqual(['part', 'shard.tsm']);
  });

  it('is several, each whole, where it would become too large', () => {
    const pieces = [pieceOf(animals(20), upTo(1500)), pieceOf(animals(20), upTo(1500, 1500))];
    const [whole] = stitch(pieces);
    const expected = answersOf([readTsm(readFileSync(task.path))]);
    removeShard(task.path);
    const mostBytes = Math.ceil(whole!.bytes / 3.5);
    const files = stitch(pieces, { mostBytes });
    expect(files.map(({ path }) => path)).toEqual(['', '-2', '-3', '-4'].map((suffix) => join(directory, `shard${suffix}.tsm`)));
    const read = files.map(({ path }) => readFileSync(path));
    expect(read.every(({ length }) => length <= mostBytes)).toBe(true);
    // Cut between keys, of which none is in two files.
    expect(files.reduce((sum, { keys }) => sum + keys, 0)).toBe(20);
    expect(answersOf(read.map(readTsm))).toEqual(expected);
    removeShard(task.path);
    expect(filesIn()).toEqual(['part']);
  });

  it('is cut within a key where that alone is too large', () => {
    const pieces = [pieceOf(['m'], upTo(20 * BLOCK_VALUES))];
    const [whole] = stitch(pieces);
    const expected = answersOf([readTsm(readFileSync(task.path))]);
    const files = stitch(pieces, { mostBytes: Math.ceil(whole!.bytes / 2) });
    expect(files.map(({ keys, blocks }) => [keys, blocks > 5])).toEqual([[1, true], [1, true], ...(files.length > 2 ? [[1, false]] : [])]);
    expect(answersOf(files.map(({ path }) => readTsm(readFileSync(path))))).toEqual(expected);
  });

  it('is cut where a key has more blocks than an index can tell of', () => {
    const output = new ShardOutput(task.path, LARGE);
    const block = new Uint8Array(20);
    output.beginKey(Buffer.from('m#!~#f'), 0, { bytes: 0, blocks: MOST_BLOCKS + 2 });
    for (let i = 0; i < MOST_BLOCKS + 2; i++) output.addBlock(block, i, i);
    output.endKey();
    expect(output.close().map(({ keys, blocks }) => [keys, blocks])).toEqual([
      [1, MOST_BLOCKS],
      [1, 2],
    ]);
    output.abandon();
    expect(filesIn()).toEqual([]);
  });

  it('leaves nothing when it is given up in the middle, of several files too', () => {
    const gauge = StitchGauge.create();
    const pieces = [pieceOf(animals(20), upTo(1500))];
    const [{ bytes }] = stitch(pieces) as [StitchedFile];
    removeShard(task.path);
    gauge.stop();
    expect(() => stitch(pieces, { gauge: gauge.numbers, mostBytes: bytes / 4 })).toThrow(/^Stopped while/);
    expect(filesIn()).toEqual(['part']);
  });

  it('is made of no part that is damaged, wherever the damage is, and nothing is left', () => {
    const whole = pieceOf(animals(3), upTo(10));
    const piece = pieceOf(animals(3), upTo(10, 10));
    for (let at = 0; at < piece.length; at++) {
      // What differs in few bits may be another number that could be right.
      const damaged = piece.map((byte, i) => (i === at ? byte ^ 3 : byte));
      expect(() => stitch([whole, damaged]), `byte ${at}`).toThrow(SkeinError);
    }
    const path = join(directory, 'part');
    writeFileSync(path, piece.subarray(0, piece.length - 20));
    expect(() => stitchShard({ ...task, pieces: [{ path, offset: 0, length: piece.length }] })).toThrow(
      /part is not as it was written: it is cut off\. Add --fresh/,
    );
    expect(filesIn()).toEqual(['part']);
  });
});

describe('the files of all shards', () => {
  const member = { offset: 0, length: 5000, lines: 1, bytes: 1 };
  const weeks = [0, 1, 2].map((week) => ({ ...member, firstMs: week * 604_800_000, lastMs: week * 604_800_000 }));
  const made = { bytes: 1, keys: 1, blocks: 1, values: 1, indexChecksum: 1 };
  const content = { fields: new Map(), types: new Map(), samples: [], checksum: 1 };
  const options = { directory: '/out', shardSeconds: 604_800, ahead: 1, signal: undefined };

  it('are told of as they come to be', async () => {
    const told: StitchProgress[] = [];
    const stitchOne = async ({ path, gauge }: StitchTask): Promise<StitchedFile[]> => {
      new StitchGauge(gauge).done(8192);
      await new Promise((resolve) => setTimeout(resolve, 250));
      return [{ path, ...made, content }];
    };
    const shards = await stitchShards([{ name: 'part', members: weeks }], {
      ...options,
      stitch: stitchOne,
      onProgress: (at) => told.push(at),
    });
    expect(shards.map(({ files }) => files)).toEqual(
      ['1969-12-29', '1970-01-05', '1970-01-12'].map((day) => [{ name: `shard-${day}.tsm`, ...made }]),
    );
    expect(told).toContainEqual({ shards: 0, totalShards: 3, bytes: 8192, totalBytes: 30_000 });
    expect(told).toContainEqual({ shards: 2, totalShards: 3, bytes: 24_576, totalBytes: 30_000 });
  });

  it('are given up after an interruption: what is under way stops, and no other is begun', async () => {
    const interruption = new AbortController();
    const begun: string[] = [];
    const stitchOne = async ({ path, gauge }: StitchTask): Promise<StitchedFile[]> => {
      begun.push(path);
      new StitchGauge(gauge).done(1);
      if (begun.length === 2) {
        interruption.abort();
        new StitchGauge(gauge).done(1);
      }
      return [{ path, ...made, content }];
    };
    const stitching = stitchShards([{ name: 'part', members: weeks }], { ...options, stitch: stitchOne, signal: interruption.signal });
    await expect(stitching).rejects.toThrow('Stopped with the files of 1 of 3 shards made');
    expect(begun).toEqual(['/out/shard-1969-12-29.tsm', '/out/shard-1970-01-05.tsm']);
  });
});
