// Which shard a time is in: shards of a length begin at multiples of it since
// 0001-01-01T00:00:00Z.

const YEAR_ONE_MS = -62_135_596_800_000;

/** The first ms of the shard that `timeMs` is in. It may be before the earliest time that a server takes. */
export function shardStartMs(timeMs: number, shardMs: number): number {
  return Math.floor((timeMs - YEAR_ONE_MS) / shardMs) * shardMs + YEAR_ONE_MS;
}
