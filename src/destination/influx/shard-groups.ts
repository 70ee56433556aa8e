// How many shards a load makes, and how long each should be.
//
// A server keeps the points of each shard group's time apart. Its default of 7
// days makes hundreds of them of years of history, and a file in the order of
// its animals visits all of them for each animal: with 12 years of data a
// server took 40 thousand points a second so, 113 thousand with groups of 364
// days, and 91 thousand with groups of ten times that.

import { shardStartMs } from '../../tsm/shard-time.ts';

const WEEK_SECONDS = 7 * 86_400;
/** What an InfluxDB gives a bucket that keeps points for ever, unless it is told otherwise. */
export const DEFAULT_GROUP_SECONDS = WEEK_SECONDS;
/** For years of history whose span is not known. */
export const HISTORY_GROUP_SECONDS = 52 * WEEK_SECONDS;
/** Lengths that a bucket is made with, in seconds, rising: for spans of months, of a year, of years, and beyond. */
export const SHARD_GROUP_LENGTHS: readonly number[] = [1, 4, 52, 104, 520].map((weeks) => weeks * WEEK_SECONDS);
const MANY = 13;

/** First and last time of some points, ms. */
export interface TimeSpan {
  readonly firstMs: number;
  readonly lastMs: number;
}

/** The length of the shard groups of a bucket that is made for `span`, in seconds. */
export function shardGroupSeconds({ firstMs, lastMs }: TimeSpan): number {
  const spanSeconds = (lastMs - firstMs) / 1000;
  return SHARD_GROUP_LENGTHS.find((length) => spanSeconds <= MANY * length) ?? Math.max(...SHARD_GROUP_LENGTHS);
}

/** How many shard groups of some length points of `span` may lie in. */
export function shardCount({ firstMs, lastMs }: TimeSpan, groupSeconds: number): number {
  const groupMs = groupSeconds * 1000;
  return (shardStartMs(lastMs, groupMs) - shardStartMs(firstMs, groupMs)) / groupMs + 1;
}
