// The shards of a load, ready to be handed to a server.

import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { FinishedFile } from '../destination/influx/restore-shard.ts';
import type { FinishedShard } from '../destination/influx/shard-server.ts';
import { SkeinError } from '../errors.ts';
import { checkManifest, loadCommand, type Manifest, manifestHead, pathsOf } from './manifest.ts';
import type { ShardFile, ShardRecord } from './shard-files.ts';

/** What leaves is checked before. */
export interface ReadyFile extends Omit<FinishedFile, 'checksum'> {
  readonly keys: number;
  readonly indexChecksum: number;
}

export interface ReadyShard extends Omit<FinishedShard, 'files'> {
  /** Of all its files. */
  readonly bytes: number;
  readonly files: readonly ReadyFile[];
}

/** What of a shard's record is needed to hand it over. */
type FoundShard = Pick<ShardRecord, 'startMs' | 'endMs'> & {
  readonly files: readonly Pick<ShardFile, 'name' | 'bytes' | 'keys' | 'indexChecksum'>[];
};

/** Far from the numbers of a server's own files; a second file of the same name takes the place of the first. */
const FIRST_GENERATION = 100;

/** @param directory of the files */
export function readyShard({ files, startMs, endMs }: FoundShard, directory: string): ReadyShard {
  return {
    startMs,
    endMs,
    bytes: bytesOf(files),
    files: files.map(({ name, ...file }, i) => ({ ...file, path: join(directory, name), name: tsmName(i) })),
  };
}

/** Of a shard's `i`th file, from 0: a generation each, as they are no parts of one. */
function tsmName(i: number): string {
  return `${String(FIRST_GENERATION + i).padStart(9, '0')}-000000001.tsm`;
}

function bytesOf(files: readonly { readonly bytes: number }[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

const count = z.int().nonnegative();
const file = z.object({
  // Nothing but a name: a manifest from elsewhere must not reach other files.
  name: z.string().regex(/^shard-[\w.-]+\.tsm$/, 'must look like shard-2014-05-05.tsm'),
  bytes: count,
  keys: count.min(1),
  indexChecksum: count,
});
const shardSchema = z
  .object({ startMs: z.int(), endMs: z.int(), points: count.min(1), files: z.array(file).min(1) })
  .refine(({ startMs, endMs }) => startMs < endMs, 'ends before it begins');
const manifestSchema = z
  .object({
    ...manifestHead,
    books: z.object({ points: count }),
    shardSeconds: count.min(1),
    shards: z.array(shardSchema),
  })
  .refine(
    ({ shards, books }) => shards.reduce((sum, { points }) => sum + points, 0) === books.points,
    'its shards and its books do not agree',
  )
  .refine(
    ({ shards, shardSeconds }) => shards.every(({ startMs, endMs }) => endMs - startMs === shardSeconds * 1000),
    'its shards are not as long as it says',
  );

export interface ReadyShards {
  /** The manifest itself, which stands for all of them. */
  readonly manifest: Manifest['identity'];
  readonly bytes: number;
  readonly points: number;
  readonly shardSeconds: number;
  readonly shards: readonly ReadyShard[];
}

/**
 * Find the files that a manifest tells of.
 *
 * @throws SkeinError `source` when something is not as the load left it
 */
export function findShards({ directory, identity, content }: Manifest): ReadyShards {
  const { sources, books, shardSeconds, shards } = checkManifest(identity.path, manifestSchema.safeParse(content));
  for (const { name, bytes } of shards.flatMap(({ files }) => files)) {
    const found = statSync(join(directory, name), { throwIfNoEntry: false })?.size;
    if (found === bytes) continue;
    const what = found === undefined ? `${name} is missing` : `${name} has ${found} bytes instead of ${bytes}`;
    throw new SkeinError(
      'source',
      `${directory} is damaged: ${what}. Load the export again: ${loadCommand(pathsOf(sources), directory)} --format shards --fresh.`,
    );
  }
  return {
    manifest: identity,
    bytes: bytesOf(shards.flatMap(({ files }) => files)),
    points: books.points,
    shardSeconds,
    shards: shards.map((shard) => readyShard(shard, resolve(directory))),
  };
}
