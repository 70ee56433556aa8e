// A finished TSM file is read again before anybody relies on it: what of it can
// be seen to be wrong is seen.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type CheckedBlock, checkTsmFile } from '../src/tsm/check-file.ts';
import { PointTable } from '../src/tsm/point-table.ts';
import { StringColumn } from '../src/tsm/string-column.ts';
import { FloatColumn } from '../src/tsm/wide-columns.ts';
import { fileIn, indexChecksumOf } from './oracle/read-tsm.ts';
import { temporaryDirectory } from './support/skein.ts';

const SHARD_MS = 86_400_000;
const POINTS = 2500;

let path: string;
let file: Buffer;

/** Two fields of two series; one of them has a string in every third point. */
function fileOf(points: number): Buffer {
  const [height, note] = [new FloatColumn(), new StringColumn()];
  const table = new PointTable(
    [
      { field: 'height', column: height },
      { field: 'note', column: note },
    ],
    SHARD_MS,
  );
  for (const series of ['m,a=1', 'm,a=2']) {
    for (let i = 0; i < points; i++) {
      const row = table.begin(series, 1000 * i + (i % 7));
      height.add(row, Math.sin(i));
      if (i % 3 === 0) note.add(row, Buffer.from('up'), 2);
    }
  }
  return fileIn(table.seal()[0]!.bytes);
}

function check(bytes: Uint8Array, onBlock?: (block: CheckedBlock) => void) {
  writeFileSync(path, bytes);
  return checkTsmFile({ path, bytes: bytes.length, startMs: 0, endMs: SHARD_MS }, onBlock);
}

const altered = (change: (bytes: Buffer) => void): Buffer => {
  const bytes = Buffer.from(file);
  change(bytes);
  return bytes;
};

beforeEach(() => {
  path = join(temporaryDirectory(), 'file.tsm');
  file = fileOf(10);
});

describe('a finished file', () => {
  it('is known by its keys, blocks and values', () => {
    const whole = fileOf(POINTS);
    const counts = new Map<string, number>();
    const checked = check(whole, ({ key, count }) => {
      const name = Buffer.from(key.key).toString();
      counts.set(name, (counts.get(name) ?? 0) + count);
    });
    const notes = Math.ceil(POINTS / 3);
    expect(checked).toEqual({
      bytes: whole.length,
      keys: 4,
      blocks: 8,
      values: 2 * (POINTS + notes),
      indexChecksum: indexChecksumOf(whole),
    });
    expect([...counts]).toEqual([
      ['m,a=1#!~#height', POINTS],
      ['m,a=1#!~#note', notes],
      ['m,a=2#!~#height', POINTS],
      ['m,a=2#!~#note', notes],
    ]);
  });

  it('is found to be damaged in any byte of its blocks, its header and its footer', () => {
    const indexStart = Number(file.readBigInt64BE(file.length - 8));
    const places = [...file.keys()].filter((at) => at < indexStart || at >= file.length - 8);
    for (const at of places) {
      expect(() => check(altered((bytes) => (bytes[at]! ^= 0x10))), `byte ${at}`).toThrow(/is not as it was written: /);
    }
  });

  it('is found to be cut wherever it is', () => {
    for (let length = 0; length < file.length; length++) {
      expect(() => check(file.subarray(0, length)), `${length} bytes`).toThrow(/is not as it was written: /);
    }
  });

  it.each<[string, RegExp, (bytes: Buffer, entry: number) => void]>([
    ['a first time', /not the one that its index tells of/, (bytes, entry) => bytes.writeBigInt64BE(1_000_000n, entry + 3)],
    ['a last time', /not the one that its index tells of/, (bytes, entry) => bytes.writeBigInt64BE(1_000_000n, entry + 11)],
    ['an offset', /checksum/, (bytes, entry) => bytes.writeBigInt64BE(6n, entry + 19)],
    ['an offset outside', /outside itself/, (bytes, entry) => bytes.writeBigInt64BE(1n << 40n, entry + 19)],
    ['a size', /checksum/, (bytes, entry) => bytes.writeUInt32BE(30, entry + 27)],
    ['a type', /not the one that its index tells of/, (bytes, entry) => bytes.writeUInt8(3, entry)],
    ['a number of blocks', /its index ends|checksum|outside|without field or blocks/, (bytes, entry) => bytes.writeUInt16BE(0, entry + 1)],
    ['a key before the one before it', /not in order/, (bytes) => bytes.write('m,a=0', bytes.lastIndexOf('m,a=2#!~#note'))],
    ['a key without a field', /without field/, (bytes) => bytes.write('-', bytes.lastIndexOf('#!~#note'))],
  ])('is found to have another %s in its index', (_, message, change) => {
    const entry = file.lastIndexOf('m,a=2#!~#height') + 'm,a=2#!~#height'.length;
    expect(() => check(altered((bytes) => change(bytes, entry)))).toThrow(message);
  });

  it('is held against its index also where a field has the times of the one before', () => {
    const [height, width] = [new FloatColumn(), new FloatColumn()];
    const fields = { height, width };
    const table = new PointTable(
      Object.entries(fields).map(([field, column]) => ({ field, column })),
      SHARD_MS,
    );
    for (let i = 0; i < POINTS; i++) {
      const row = table.begin('m,a=1', 1000 * i + (i % 7));
      height.add(row, Math.sin(i));
      width.add(row, Math.cos(i));
    }
    file = fileIn(table.seal()[0]!.bytes);
    const counts: number[] = [];
    expect(check(file, ({ count }) => counts.push(count)).values).toBe(2 * POINTS);
    expect(counts).toEqual([1000, 1000, 500, 1000, 1000, 500]);

    const entries = file.lastIndexOf('m,a=1#!~#width') + 'm,a=1#!~#width'.length + 3;
    const another = (at: number) => altered((bytes) => bytes.writeBigInt64BE(bytes.readBigInt64BE(at) + 1_000_000n, at));
    for (const at of [entries, entries + 8]) expect(() => check(another(at))).toThrow(/not the one that its index tells of/);
    const swapped = altered((bytes) => {
      bytes.copyWithin(entries, entries + 28, entries + 56);
      file.copy(bytes, entries + 28, entries, entries + 28);
    });
    expect(() => check(swapped)).toThrow(/not in order/);
  });

  it('has nothing outside the time of its shard', () => {
    writeFileSync(path, file);
    const within = (startMs: number, endMs: number) => () => checkTsmFile({ path, bytes: file.length, startMs, endMs });
    expect(within(1, SHARD_MS)).toThrow(/before its shard/);
    expect(within(0, 9000)).toThrow(/after its shard/);
    expect(within(0, 9003)).not.toThrow();
  });

  it('is checked no further once the caller has had enough', () => {
    let blocks = 0;
    const stop = () => {
      if (++blocks === 2) throw new Error('stop');
    };
    expect(() => check(file, stop)).toThrow('stop');
    expect(blocks).toBe(2);
  });
});
