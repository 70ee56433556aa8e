// Read a file of reference data whole: it has a row for each deployment.

import { createHash } from 'node:crypto';
import { clipNames } from '../clip.ts';
import { type Header, readHeader } from '../csv/header.ts';
import { SkeinError } from '../errors.ts';
import { canonicalName } from '../movebank/names.ts';
import { ANIMAL_COLUMNS } from '../movebank/reference-terms.ts';
import { type OpenSource, openSource } from '../source/open-source.ts';
import { RangeReader } from '../source/range-reader.ts';
import { SNIFF_BYTES } from '../source/sniff.ts';
import { STANDARD_INPUT, sourceName } from '../source/source-name.ts';

/** The largest study has some ten thousand deployments of a few hundred bytes. */
const MOST_BYTES = 64 << 20;

export interface ReferenceTable {
  /** As the user would name it. */
  readonly path: string;
  /** SHA-256 of all of it. */
  readonly hash: string;
  readonly names: readonly string[];
  /** Each has as many cells as there are names. */
  readonly rows: readonly (readonly string[])[];
}

/**
 * @param path may be packed, and may be a URL
 * @returns the table, or in words why it is no reference data
 * @throws SkeinError `source` when it cannot be read
 */
export async function readReferenceTable(path: string, signal: AbortSignal | undefined): Promise<ReferenceTable | string> {
  if (path === STANDARD_INPUT) throw new SkeinError('usage', '--reference takes a file or a URL, not standard input.');
  const source = await openSource(path, { signal });
  try {
    return await readTable(path, source);
  } finally {
    source.close();
  }
}

/** The same of what is open already. */
export async function readTable(path: string, { identity, head }: OpenSource): Promise<ReferenceTable | string> {
  const header = readHeader(head, identity.size <= SNIFF_BYTES);
  if (typeof header === 'string') return `${header}.`;
  const why = whyNoReference(header);
  if (why !== undefined) return why;
  if (identity.size > MOST_BYTES) return `has more than ${MOST_BYTES >> 20} MiB, and so is no list of deployments.`;
  const bytes = new Uint8Array(identity.size);
  const reader = await RangeReader.open(identity);
  await reader.read(bytes, 0).finally(() => reader.close());
  const name = sourceName(path);
  const rows = await readRows(name, header, Buffer.from(bytes.subarray(header.end)).toString('utf8'));
  return { path: name, hash: createHash('sha256').update(bytes).digest('hex'), names: header.names, rows };
}

function whyNoReference({ names }: Header): string | undefined {
  const keys = names.map(canonicalName);
  if (keys.includes('timestamp')) return 'is no reference data: it has a column timestamp, so it is an export of events.';
  if (ANIMAL_COLUMNS.some((key) => keys.includes(key))) return undefined;
  return `is no reference data: it has no column animal-id. Its columns are: ${clipNames(names)}.`;
}

async function readRows(path: string, { names, delimiter }: Header, text: string): Promise<string[][]> {
  const { parseString } = await import('fast-csv');
  const rows: string[][] = [];
  await new Promise<void>((resolve, reject) => {
    parseString<string[], string[]>(text, { headers: false, ignoreEmpty: true, delimiter: String.fromCharCode(delimiter) })
      .on('error', (cause) => reject(new SkeinError('source', `${path} cannot be read as CSV: ${cause.message}.`, { cause })))
      .on('data', (row: string[]) => rows.push(row))
      .on('end', () => resolve());
  });
  const ragged = rows.findIndex((row) => row.length !== names.length);
  if (ragged < 0) return rows;
  throw new SkeinError(
    'source',
    `${path} has ${rows[ragged]?.length} cells in row ${ragged + 1}, and ${names.length} in its header. Mend that row.`,
  );
}
