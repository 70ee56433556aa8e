// The rows of a chunk as pieces of the shards that they are in.

import { ShardWriter } from '../encode/shard-columns.ts';
import type { Layout } from '../movebank/layout.ts';
import type { RowFormat } from './row-format.ts';

/** A piece for each shard, none of which is ever refused by the line. */
export function shardFormat(layout: Layout, shardSeconds: number): RowFormat {
  const writer = new ShardWriter(layout, shardSeconds * 1000);
  return {
    writer,
    seal: () =>
      writer.seal().map(({ bytes, points, firstMs, lastMs }) => ({ body: bytes, lines: points, bytes: bytes.length, firstMs, lastMs })),
  };
}
