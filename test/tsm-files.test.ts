// TSM files made of rows: whatever rows come in whatever order, the files hold
// their points, read by a decoder that was written from the format alone.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BlockOutput, isIntact } from '../src/tsm/block.ts';
import { BlockMerger } from '../src/tsm/block-merger.ts';
import { BooleanColumn } from '../src/tsm/boolean-column.ts';
import { PointTable } from '../src/tsm/point-table.ts';
import { StringColumn } from '../src/tsm/string-column.ts';
import { FloatColumn, IntegerColumn } from '../src/tsm/wide-columns.ts';
import { type Answers, answersOf, fileIn, readBlock, readTsm, sortAnswers, type TsmBlock } from './oracle/read-tsm.ts';

const DAY_MS = 86_400_000;
const DAYS_BEFORE_1970 = 719_162;

interface GivenPoint {
  series: string;
  timeMs: number;
  float?: number | undefined;
  integer?: number | undefined;
  boolean?: boolean | undefined;
  string?: string | undefined;
}

/** A table, and how a chunk's writer fills it. */
function newTable(shardMs: number): { table: PointTable; fill: (points: readonly GivenPoint[]) => void } {
  const [floats, integers, booleans, strings] = [new FloatColumn(), new IntegerColumn(), new BooleanColumn(), new StringColumn()];
  const columns = [floats, integers, booleans, strings].map((column, i) => ({
    field: ['float', 'integer', 'boolean', 'string'][i]!,
    column,
  }));
  const table = new PointTable(columns, shardMs);
  const fill = (points: readonly GivenPoint[]): void => {
    for (const point of points) {
      const row = table.begin(point.series, point.timeMs);
      if (point.float !== undefined) floats.add(row, point.float);
      if (point.integer !== undefined) integers.add(row, point.integer, point.integer >> 31);
      if (point.boolean !== undefined) booleans.add(row, point.boolean ? 1 : 0);
      if (point.string !== undefined) strings.add(row, Buffer.from(point.string), Buffer.byteLength(point.string));
    }
  };
  return { table, fill };
}

function tableOf(points: readonly GivenPoint[], shardMs: number): PointTable {
  const { table, fill } = newTable(shardMs);
  fill(points);
  return table;
}

function expectedOf(points: readonly GivenPoint[]): Answers {
  const expected: Answers = [];
  for (const { series, timeMs, integer, ...others } of points) {
    for (const [field, value] of Object.entries({ ...others, integer: integer === undefined ? undefined : BigInt(integer) })) {
      if (value !== undefined) expected.push([`${series}#!~#${field} ${BigInt(timeMs) * 1_000_000n}`, value]);
    }
  }
  return sortAnswers(expected);
}

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const point = fc.record({
  series: fc.constantFrom('m,a=1', 'm,a=2', 'm,a=1\\ 2'),
  timeMs: fc.integer({ min: -5000, max: 20_000 }).map((n) => n * 60_000),
  float: optional(fc.double({ noNaN: true, noDefaultInfinity: true })),
  integer: optional(fc.integer()),
  boolean: optional(fc.boolean()),
  string: optional(fc.string({ unit: 'binary', maxLength: 5 })),
});
/** Without two of one series and time. */
const anyPoints = fc.uniqueArray(point, { selector: ({ series, timeMs }) => `${series} ${timeMs}`, maxLength: 200 });

describe('files of points', () => {
  it('hold every value of rows in any order, each in the shard of its time', () => {
    fc.assert(
      fc.property(anyPoints, fc.constantFrom(1, 3, 7), (points, days) => {
        const files = tableOf(points, days * DAY_MS).seal();
        const shards = files.map(({ bytes }) => readTsm(fileIn(bytes)));
        expect(answersOf(shards)).toEqual(expectedOf(points));
        for (const [i, { shardMs, firstMs, lastMs }] of files.entries()) {
          expect((shardMs / DAY_MS + DAYS_BEFORE_1970) % days).toBe(0);
          const times = [...shards[i]!.values()].flat().flatMap((block) => block.times.map((time) => Number(time / 1_000_000n)));
          expect(times.every((ms) => ms >= shardMs && ms < shardMs + days * DAY_MS && ms >= firstMs && ms <= lastMs)).toBe(true);
        }
        expect(files.reduce((sum, file) => sum + file.points, 0)).toBe(points.length);
      }),
    );
  });

  it('are the same whatever a table held before', () => {
    fc.assert(
      fc.property(anyPoints, anyPoints, (before, points) => {
        const { table, fill } = newTable(DAY_MS);
        fill(before);
        table.seal();
        table.clear();
        fill(points);
        expect(table.seal()).toEqual(tableOf(points, DAY_MS).seal());
      }),
      { numRuns: 20 },
    );
  });

  it('have 1000 values to a block, those of a field with gaps carried on until it is full', () => {
    const points = Array.from({ length: 5000 }, (_, i) => ({
      series: 'm',
      timeMs: i * 1000,
      float: i / 8,
      ...(i % 4 === 0 ? { string: 'x' } : {}),
    }));
    const [file] = tableOf(points, DAY_MS).seal();
    const keys = readTsm(fileIn(file!.bytes));
    expect(keys.get('m#!~#float')!.map(({ times }) => times.length)).toEqual([1000, 1000, 1000, 1000, 1000]);
    expect(keys.get('m#!~#string')!.map(({ times }) => times.length)).toEqual([1000, 250]);
  });

  it('refuse two points of one series and time, which would be one on a server', () => {
    const twice = [
      { series: 'm', timeMs: 5 },
      { series: 'm', timeMs: 5 },
    ];
    expect(() => tableOf(twice, DAY_MS).seal()).toThrow('Two points share series and time');
  });

  it('refuse a series that a server would cut in two', () => {
    for (const series of ['m,a=x#!~#y', 'm,a=x#!~']) expect(() => tableOf([{ series, timeMs: 5 }], DAY_MS)).toThrow(/would cut/);
  });
});

describe('blocks of one key', () => {
  it('that overlap become blocks that do not, with the same points', () => {
    fc.assert(
      fc.property(anyPoints, fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 200, maxLength: 200 }), (points, parts) => {
        const own = points.filter(({ series }) => series === 'm,a=1');
        // Each part of a file has its share of the points, in order.
        const shares = [0, 1, 2, 3, 4].map((part) => own.filter((_, i) => parts[i] === part));
        const files = shares.flatMap((share) => tableOf(share, 10_000 * DAY_MS).seal());
        for (const key of new Set(files.flatMap(({ bytes }) => [...readTsm(fileIn(bytes)).keys()]))) {
          expect(
            mergedOf(
              files.map(({ bytes }) => fileIn(bytes)),
              key,
            ),
          ).toEqual(expectedOf(own).filter(([name]) => name.startsWith(`${key} `)));
        }
      }),
    );
  });

  it('are put into order in pieces where they are very many', () => {
    // Five parts of 20,000 points each, every part all over the time of the others.
    const points = Array.from({ length: 100_000 }, (_, i) => ({ series: 'm', timeMs: (i * 7919) % 500_009, integer: i }));
    const files = [0, 1, 2, 3, 4].flatMap((part) => tableOf(points.slice(part * 20_000, (part + 1) * 20_000), 10_000 * DAY_MS).seal());
    const merged = mergedOf(
      files.map(({ bytes }) => fileIn(bytes)),
      'm#!~#integer',
    );
    expect(merged).toEqual(expectedOf(points));
  });

  it('are told from damaged ones', () => {
    const output = new BlockOutput();
    const column = new FloatColumn();
    column.add(0, 1.5);
    output.addBlock(column, 0, 1, { bytes: new Uint8Array(9), length: 9 });
    const block = output.bytes.slice(0, output.length);
    expect(isIntact(block)).toBe(true);
    for (let i = 0; i < block.length; i++) expect(isIntact(block.map((byte, at) => (at === i ? byte ^ 4 : byte)))).toBe(false);
    expect(isIntact(block.subarray(0, 3))).toBe(false);
  });
});

/** What is left of a key's blocks in several files, by key and time. */
function mergedOf(files: readonly Uint8Array[], key: string): Answers {
  const blocks = files.flatMap((bytes) => rawBlocks(bytes, key)).sort((a, b) => (a.first < b.first ? -1 : 1));
  const merged: TsmBlock[] = [];
  const merger = new BlockMerger(blocks[0]!.type as 0 | 1 | 2 | 3, (bytes, firstMs, lastMs) => {
    const block = readBlock(Buffer.from(bytes.subarray(4)));
    expect([block.times[0], block.times.at(-1)]).toEqual([BigInt(firstMs) * 1_000_000n, BigInt(lastMs) * 1_000_000n]);
    merged.push(block);
  });
  for (const [i, { bytes }] of blocks.entries()) merger.add(bytes, Number((blocks[i + 1]?.first ?? 10n ** 16n) / 1_000_000n));
  merger.end();
  return answersOf([new Map([[key, merged]])]);
}

/** A key's blocks as they lie in a file, found by what its index says. */
function rawBlocks(file: Uint8Array, key: string): { bytes: Uint8Array; first: bigint; type: number }[] {
  const bytes = Buffer.from(file);
  const at = bytes.lastIndexOf(Buffer.from([0, Buffer.byteLength(key), ...Buffer.from(key)]));
  if (at < 0) return [];
  const start = at + 2 + Buffer.byteLength(key);
  return Array.from({ length: bytes.readUInt16BE(start + 1) }, (_, i) => {
    const entry = start + 3 + 28 * i;
    const offset = Number(bytes.readBigInt64BE(entry + 16));
    return {
      bytes: file.subarray(offset, offset + bytes.readUInt32BE(entry + 24)),
      first: bytes.readBigInt64BE(entry),
      type: bytes[start]!,
    };
  });
}
