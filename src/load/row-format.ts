// In which form the rows of a chunk leave the worker: batches of lines, or pieces
// of the shards that they are in; see `shard-format`.

import { gzipSync } from 'node:zlib';
import type { Batch } from '../destination/destination.ts';
import { LineWriter } from '../encode/line-protocol.ts';
import type { RowWriter } from '../encode/row-writer.ts';
import type { Layout } from '../movebank/layout.ts';

/** Levels 1 to 3 are alike in speed and size; 4 costs half the speed. */
const GZIP_LEVEL = 1;

export interface RowFormat {
  readonly writer: RowWriter;
  /** Make batches of what was written. The writer must be cleared before more is. */
  seal(): Batch[];
}

/** One batch of lines, compressed: line `i` is the row that was written as the `i`th, from 0. */
export function lineFormat(layout: Layout): RowFormat {
  const writer = new LineWriter(layout);
  return {
    writer,
    seal: () => {
      const { lines, length, firstMs, lastMs } = writer;
      // The asynchronous gzip shares one thread pool over the whole process and loses.
      const body = gzipSync(writer.target.subarray(0, length), { level: GZIP_LEVEL });
      return [{ body, lines, bytes: length, firstMs, lastMs }];
    },
  };
}
