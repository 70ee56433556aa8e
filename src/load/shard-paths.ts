// Where the TSM files of a shard lie, while they are made and when they are finished.

import { existsSync, rmSync } from 'node:fs';

/** The path of a shard's `number`th file, from 1. */
export function numbered(path: string, number: number): string {
  return number === 1 ? path : path.replace(/\.tsm$/, `-${number}.tsm`);
}

/** What a file is called while it is made. */
export function unfinished(path: string): string {
  return `${path}.tmp`;
}

/** What its index is called while it is made. */
export function unfinishedIndex(path: string): string {
  return `${path}.index.tmp`;
}

/** Remove what there is of the files of a shard, finished or not. */
export function removeShard(path: string): void {
  for (let number = 1, found = true; found; number++) {
    const file = numbered(path, number);
    const there = [file, unfinished(file), unfinishedIndex(file)].filter((name) => existsSync(name));
    for (const name of there) rmSync(name);
    found = there.length > 0;
  }
}
