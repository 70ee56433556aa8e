// The files of a folder that may be exports.

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SkeinError } from '../errors.ts';
import { readFailure } from './range-reader.ts';
import { isUrl, STANDARD_INPUT } from './source-name.ts';

export interface Folder {
  /** Paths, in the order of their names. */
  readonly files: readonly string[];
  /** Names of the folders in it, which are not looked into. */
  readonly folders: readonly string[];
}

/**
 * List the folder at `path`. What is hidden, and what Skein has written, counts for nothing.
 *
 * @returns undefined where there is something else, or nothing
 * @throws SkeinError `source` when it may not be read, or has no file
 */
export async function folderAt(path: string): Promise<Folder | undefined> {
  if (path === STANDARD_INPUT || isUrl(path)) return undefined;
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() !== true) return undefined;
  const names = await readdir(path).catch((cause) => {
    throw readFailure(path, cause);
  });
  const files: string[] = [];
  const folders: string[] = [];
  for (const name of names.filter((name) => !name.startsWith('.')).sort()) {
    const isFolder = (await stat(join(path, name)).catch(() => undefined))?.isDirectory() === true;
    if (!isFolder) files.push(join(path, name));
    else if (!name.endsWith('.skein')) folders.push(name);
  }
  if (files.length === 0) {
    throw new SkeinError(
      'source',
      `${path} is a folder without a file. Name one that holds exports; folders inside it are not looked into.`,
    );
  }
  return { files, folders };
}
