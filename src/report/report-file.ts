// The file of a page: it takes the place of an earlier report, and of nothing else.

import { accessSync, closeSync, constants, fstatSync, openSync, readSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { SkeinError } from '../errors.ts';

/** By which a file is known to be a report. */
export const GENERATOR = '<meta name="generator" content="Skein ';
const LOOKED_AT_BYTES = 4096;
/** Where animals are may be a secret. */
const OWNER_ONLY = 0o600;

/**
 * Make sure, before anything else is done, that a report may be written to `path`.
 *
 * @throws SkeinError `usage` when there is something else than a report, or no folder that can be written into
 */
export function checkReportPath(path: string): void {
  if (isOther(path)) {
    throw new SkeinError('usage', `${path} is there and is no report of Skein's. Name another file, or take that one away.`);
  }
  try {
    accessSync(dirname(path), constants.W_OK);
  } catch (cause) {
    throw new SkeinError('usage', `No report can be written to ${path}: its folder is not there, or you may not write into it.`, { cause });
  }
}

/**
 * Write a report, whole or not at all.
 *
 * @throws SkeinError `destination` when that fails
 */
export function writeReport(path: string, html: string): void {
  const unfinished = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(unfinished, html, { mode: OWNER_ONLY, flag: 'wx' });
    renameSync(unfinished, path);
  } catch (cause) {
    rmSync(unfinished, { force: true });
    throw new SkeinError('destination', `The report could not be written to ${path}: ${(cause as Error).message}`, { cause });
  }
}

function isOther(path: string): boolean {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return false;
  if (!statSync(path).isFile()) return true;
  const handle = openSync(path, 'r');
  try {
    const begin = Buffer.alloc(Math.min(LOOKED_AT_BYTES, fstatSync(handle).size));
    readSync(handle, begin, 0, begin.length, 0);
    return !begin.includes(GENERATOR);
  } finally {
    closeSync(handle);
  }
}
