// What `tune` tries, and which of two settings it prefers.

import { DEFAULT_BATCH_LINES, DEFAULT_IN_FLIGHT } from '../defaults.ts';
import { SHARD_GROUP_LENGTHS, shardCount, shardGroupSeconds, type TimeSpan } from '../destination/influx/shard-groups.ts';

/** How a server is written to. */
export interface Settings {
  /** Batches under way at once, over all workers. */
  readonly inFlight: number;
  readonly batchLines: number;
  readonly shardGroupSeconds: number;
}

/** The values of one setting. */
export interface Ladder {
  readonly setting: keyof Settings;
  /** All that may be tried, rising. */
  readonly values: readonly number[];
  /** Those of them that are tried at first; one more only where the one beside it is the best so far. */
  readonly first: readonly number[];
  /** Order values by which is preferred where there is no difference. */
  readonly prefer: (a: number, b: number) => number;
}

const IN_FLIGHT = [1, 2, 4, 8, 16];
const MOST_AT_FIRST = 8;
const BATCH_LINES = [1000, 2000, 5000, 10_000, 20_000];
/** A server takes longer to make more of them than a measurement lasts. */
const MOST_SHARDS = 150;

/** What a load does where nothing is said, into a bucket that it makes; of many cores, as many in flight as are tried. */
export function defaultSettings(cores: number, span: TimeSpan): Settings {
  return {
    inFlight: Math.min(cores * DEFAULT_IN_FLIGHT, Math.max(...IN_FLIGHT)),
    batchLines: DEFAULT_BATCH_LINES,
    shardGroupSeconds: shardGroupSeconds(span),
  };
}

/** @param bucketSeconds the shard groups of the bucket that the user means, where they are known */
export function laddersFrom(start: Settings, span: TimeSpan, bucketSeconds: number | undefined): readonly Ladder[] {
  const inFlight = rising([...IN_FLIGHT, start.inFlight]);
  const groups = rising([
    ...[start.shardGroupSeconds, ...(bucketSeconds === undefined ? [] : [bucketSeconds])],
    ...SHARD_GROUP_LENGTHS.filter((seconds) => seconds !== start.shardGroupSeconds),
  ]).filter((seconds) => shardCount(span, seconds) <= MOST_SHARDS);
  return [
    {
      setting: 'inFlight',
      values: inFlight,
      first: inFlight.filter((count) => count <= Math.max(MOST_AT_FIRST, start.inFlight)),
      prefer: (a, b) => a - b,
    },
    { setting: 'batchLines', values: BATCH_LINES, first: besides(BATCH_LINES, start.batchLines), prefer: nearest(start.batchLines) },
    {
      setting: 'shardGroupSeconds',
      values: groups,
      first: groups.filter((seconds) => seconds === bucketSeconds || besides(groups, start.shardGroupSeconds).includes(seconds)),
      prefer: nearest(start.shardGroupSeconds),
    },
  ];
}

/** How many threads a load should have, and batches in flight in each, for so many in flight over all. */
export function loadFlags(inFlight: number, cores: number): { readonly workers: number; readonly inFlight: number } {
  let workers = Math.min(inFlight, cores);
  while (inFlight % workers !== 0) workers--;
  return { workers, inFlight: inFlight / workers };
}

/** A value and those beside it. */
export function besides(values: readonly number[], value: number): number[] {
  const at = values.indexOf(value);
  return values.slice(Math.max(0, at - 1), at + 2);
}

function rising(values: readonly number[]): number[] {
  return Array.from(new Set(values)).sort((a, b) => a - b);
}

function nearest(start: number): (a: number, b: number) => number {
  const distance = (value: number): number => Math.abs(Math.log(value / start));
  return (a, b) => distance(a) - distance(b);
}
