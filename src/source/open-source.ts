// Open what the user named, and make sure that it can be a CSV.

import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SkeinError } from '../errors.ts';
import { RangeReader, readFailure, type SourceIdentity } from './range-reader.ts';
import { SNIFF_BYTES, whyNoCsv } from './sniff.ts';

/** A file that looks like text in UTF-8. */
export interface OpenSource {
  readonly identity: SourceIdentity;
  /** Its first bytes, at most SNIFF_BYTES. */
  readonly head: Uint8Array;
}

/**
 * Look at the file at `path`.
 *
 * @throws SkeinError `source` when there is none, it is a folder, or its bytes are no CSV
 */
export async function openSource(path: string): Promise<OpenSource> {
  const identity = await identify(path);
  const reader = await RangeReader.open(identity);
  try {
    const head = new Uint8Array(Math.min(SNIFF_BYTES, identity.size));
    await reader.read(head, 0);
    const why = whyNoCsv(path, head, head.length === identity.size);
    if (why !== undefined) throw new SkeinError('source', `${path} ${why}`);
    return { identity, head };
  } finally {
    await reader.close();
  }
}

async function identify(path: string): Promise<SourceIdentity> {
  const found = await stat(path).catch((cause) => {
    throw readFailure(path, cause);
  });
  if (found.isDirectory()) throw new SkeinError('source', `${path} is a folder. Name the CSV file inside it.`);
  if (!found.isFile()) throw new SkeinError('source', `${path} is no regular file. Save the data to a file first, then load that.`);
  return { path: resolve(path), size: found.size, mtimeMs: found.mtimeMs };
}
