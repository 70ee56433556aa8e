// The shards of a load, ready to be handed to a server.

import { join } from 'node:path';
import type { FinishedFile } from '../destination/influx/restore-shard.ts';
import type { FinishedShard } from '../destination/influx/shard-server.ts';
import type { ShardRecord } from './shard-files.ts';

export interface ReadyFile extends FinishedFile {
  readonly keys: number;
}

export interface ReadyShard extends FinishedShard {
  readonly name: string;
  /** Of all its files. */
  readonly bytes: number;
  readonly files: readonly ReadyFile[];
}

/** Far from the numbers of a server's own files; a second file of the same name takes the place of the first. */
const FIRST_GENERATION = 100;

/** @param directory of the files */
export function readyShard({ name, bytes, keys, startMs, endMs }: ShardRecord, directory: string): ReadyShard {
  const tsmName = `${String(FIRST_GENERATION).padStart(9, '0')}-000000001.tsm`;
  return { name, startMs, endMs, bytes, files: [{ path: join(directory, name), bytes, keys, name: tsmName }] };
}
