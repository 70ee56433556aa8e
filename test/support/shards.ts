// What a server would answer that has the shard files of a load, and one that got
// its lines.

import { deepStrictEqual, ok, strictEqual } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readLine } from '../../src/encode/read-line.ts';
import { type Answers, answersOf, indexChecksumOf, readTsm, sortAnswers, type TsmValue } from '../oracle/read-tsm.ts';

interface ShardManifest {
  books: { points: number };
  shards: {
    startMs: number;
    endMs: number;
    points: number;
    firstMs: number;
    lastMs: number;
    files: { name: string; bytes: number; keys: number; blocks: number; values: number; indexChecksum: number }[];
  }[];
}

export const manifestIn = (directory: string): ShardManifest => JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8'));
/** The shard files that a manifest tells of. */
export const filesIn = (directory: string) => manifestIn(directory).shards.flatMap(({ files }) => files);
/** Those that are there. */
export const shardsIn = (directory: string): string[] => readdirSync(directory).filter((name) => name.startsWith('shard-'));

/** By the files in a directory, each of which must be as its manifest tells, with points of its shard's time. */
export function answersOfShards(directory: string): Answers {
  const { shards, books } = manifestIn(directory);
  const told = filesIn(directory).map(({ name }) => name);
  deepStrictEqual(shardsIn(directory).sort(), told.sort(), 'files that the manifest tells of');
  const points = shards.reduce((sum, shard) => sum + shard.points, 0);
  strictEqual(points, books.points, 'points of all shards');
  return answersOf(
    shards.flatMap(({ files, startMs, endMs, firstMs, lastMs }) => {
      const read = files.map(({ name, ...counts }) => {
        const file = readFileSync(join(directory, name));
        const keys = readTsm(file);
        const blocks = [...keys.values()].flat();
        const values = blocks.reduce((sum, block) => sum + block.values.length, 0);
        const indexChecksum = indexChecksumOf(file);
        deepStrictEqual({ bytes: file.length, keys: keys.size, blocks: blocks.length, values, indexChecksum }, counts, name);
        return keys;
      });
      const blocks = read.flatMap((keys) => [...keys.values()].flat());
      const times = blocks.flatMap((block) => block.times.map((time) => Number(time / 1_000_000n)));
      const [first, last] = times.reduce(([a, b], ms) => [Math.min(a, ms), Math.max(b, ms)], [Infinity, -Infinity]);
      deepStrictEqual([first, last], [firstMs, lastMs], 'first and last time');
      ok(firstMs >= startMs && lastMs < endMs, 'times of the shard');
      return read;
    }),
  );
}

/** By lines written in their order: of two values of one key and time the later one counts. */
export function answersOfLines(lines: string): Answers {
  const cells = new Map<string, TsmValue>();
  for (const line of lines.split('\n').filter((one) => one !== '')) {
    const { series, timeMs, fields } = readLine(line);
    for (const [field, value] of fields) cells.set(`${series}#!~#${field} ${BigInt(timeMs) * 1_000_000n}`, value);
  }
  return sortAnswers([...cells]);
}
