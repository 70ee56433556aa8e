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
export function readyShard({ files, startMs, endMs }: ShardRecord, directory: string): ReadyShard {
  const [{ name }] = files as [ShardRecord['files'][number]];
  return {
    name,
    startMs,
    endMs,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    files: files.map((file, i) => ({ path: join(directory, file.name), bytes: file.bytes, keys: file.keys, name: tsmName(i) })),
  };
}

/** Of a shard's `i`th file, from 0: a generation each, as they are no parts of one. */
function tsmName(i: number): string {
  return `${String(FIRST_GENERATION + i).padStart(9, '0')}-000000001.tsm`;
}
