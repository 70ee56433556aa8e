// What arrived of an export, wherever it went: counted the same way for every
// program, by code that owes nothing to the one that is measured.

import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import pLimit from 'p-limit';
import type { ExportFile } from './export-file.ts';

const LF = 10;
const SPACE = 32;
const EQUALS = 61;
const GZIP_FIRST_BYTE = 0x1f;
/** Each is unpacked on a thread of its own. */
const BODIES_AT_ONCE = 3;

export interface Arrived {
  readonly lines: number;
  /** Field values. */
  readonly values: number;
}

/**
 * Count lines of line protocol and their field values. None of those is a string,
 * so that an equals sign between the last two spaces of a line is one.
 *
 * @param text the last line may have no line feed
 */
export function countLineProtocol(text: Uint8Array): Arrived {
  let lines = 0;
  let values = 0;
  for (let start = 0; start < text.length; lines++) {
    const feed = text.indexOf(LF, start);
    const end = feed < 0 ? text.length : feed;
    let at = text.lastIndexOf(SPACE, end - 1) - 1;
    for (; at > start && text[at] !== SPACE; at--) if (text[at] === EQUALS) values++;
    start = end + 1;
  }
  return { lines, values };
}

/** Of bodies, gzip or plain. @param read called once for each, a few ahead of the count */
export async function countBodies(read: readonly (() => Promise<Buffer> | Buffer)[]): Promise<Arrived> {
  const limit = pLimit(BODIES_AT_ONCE);
  const parts = await Promise.all(read.map((body) => limit(async () => countLineProtocol(await unpacked(await body())))));
  return parts.reduce((sum, part) => ({ lines: sum.lines + part.lines, values: sum.values + part.values }), { lines: 0, values: 0 });
}

/** No line begins as a gzip member does. */
function unpacked(body: Buffer): Promise<Buffer> | Buffer {
  return body[0] === GZIP_FIRST_BYTE ? promisify(gunzip)(body) : body;
}

/** Of all `.gz` files in a directory. */
export function countFiles(directory: string): Promise<Arrived> {
  const names = readdirSync(directory).filter((name) => name.endsWith('.gz'));
  return countBodies(names.map((name) => () => readFile(`${directory}/${name}`)));
}

/** @throws Error when not every row and value of `file` arrived */
export function checkArrived(program: string, arrived: Arrived, file: ExportFile): void {
  if (arrived.lines !== file.rows || arrived.values !== file.values) {
    throw new Error(
      `Of ${program}, ${arrived.lines} points with ${arrived.values} values arrived; the export has ${file.rows} rows with ${file.values}`,
    );
  }
}
