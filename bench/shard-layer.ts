// The files of shards beside line protocol: the same rows as columns, blocks and
// pieces, in memory, and the whole way to files on the disk that were read again.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PartMember } from '../src/destination/destination.ts';
import { type ShardRecord, stitchShards } from '../src/load/shard-files.ts';
import { stitchShard } from '../src/load/stitch-shard.ts';
import type { ExportFile } from './export-file.ts';
import { type Pass, type Pipeline, SHARD_SECONDS } from './pipeline.ts';

const PART = 'part';

/**
 * Make the shard files of all rows, on one thread.
 *
 * @param file what they must hold: each row a point, and no value more or less
 * @returns the sum of their bytes
 */
export async function makeShardFiles(pipeline: Pipeline, file: ExportFile): Promise<Pass> {
  const directory = mkdtempSync(join(tmpdir(), 'skein-bench-'));
  try {
    const members: PartMember[] = [];
    let end = 0;
    const { rows } = await pipeline.pieces(({ bytes, points, firstMs, lastMs }) => {
      writeFileSync(join(directory, PART), bytes, { flag: 'a' });
      members.push({ offset: end, length: bytes.length, lines: points, bytes: bytes.length, firstMs, lastMs });
      end += bytes.length;
    });
    const shards = await stitchShards([{ name: PART, members }], {
      directory,
      shardSeconds: SHARD_SECONDS,
      ahead: 1,
      stitch: async (task) => stitchShard(task),
      signal: undefined,
    });
    checkShards(shards, file);
    return { rows, sum: shards.reduce((sum, { files }) => sum + files.reduce((bytes, one) => bytes + one.bytes, 0), 0) };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function checkShards(shards: readonly ShardRecord[], { rows, values }: ExportFile): void {
  const points = shards.reduce((sum, shard) => sum + shard.points, 0);
  if (points !== rows) throw new Error(`The shard files hold ${points} points of ${rows} rows`);
  const held = shards.reduce((sum, { files }) => sum + files.reduce((all, file) => all + file.values, 0), 0);
  if (held !== values) throw new Error(`The shard files hold ${held} values of ${values}`);
}
