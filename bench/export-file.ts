// The exports that the bench loads. They are generated once and kept in
// bench/data; beside each lies a note of its options, size and rows.

import { closeSync, mkdirSync, openSync, readFileSync, readSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type ExportOptions, generateExport } from '../fixtures/generate.ts';

/** Git-ignored, at the top of the repository; this file runs in dist/bench. */
export const DATA_DIRECTORY = fileURLToPath(new URL('../../bench/data/', import.meta.url));

const ANIMALS = 40;
const SEED = 1;
const LF = 10;
/** All of the first eleven columns but the timestamp become fields, those after them tags. */
const FIELD_COLUMNS_END = 11;
const FIELD_COLUMNS = [0, 1, 3, 4, 5, 6, 7, 8, 9, 10];

export interface ExportFile {
  readonly path: string;
  readonly bytes: number;
  readonly rows: number;
  /** Field values that are there; not known of an export with flaws. */
  readonly values: number;
}

/** How long an export shall be: `rows` exactly, or until the row that reaches `bytes`. */
export type ExportSize = { readonly rows: number } | { readonly bytes: number };

interface Note {
  readonly options: unknown;
  readonly bytes: number;
  readonly rows: number;
  readonly values: number;
}

/**
 * Generate an export of `size`, or take the one that an earlier bench left.
 *
 * @param flaws rows of each flaw, without those that add lines; they are counted out of `rows`
 */
export function exportOf(size: ExportSize, flaws?: ExportOptions['flaws']): ExportFile {
  const name = ('rows' in size ? `${size.rows}-rows` : `${size.bytes}-bytes`) + (flaws === undefined ? '' : '-with-flaws');
  const path = `${DATA_DIRECTORY}${name}.csv`;
  const notePath = `${DATA_DIRECTORY}${name}.json`;
  const options = { ...size, animals: ANIMALS, seed: SEED, ...(flaws === undefined ? {} : { flaws }) };
  const found = readNote(notePath);
  if (
    found?.values !== undefined &&
    JSON.stringify(found.options) === JSON.stringify(options) &&
    statSync(path, { throwIfNoEntry: false })?.size === found.bytes
  ) {
    return { path, bytes: found.bytes, rows: found.rows, values: found.values };
  }

  process.stderr.write(`generating ${path}\n`);
  mkdirSync(DATA_DIRECTORY, { recursive: true });
  const file = openSync(`${path}.new`, 'w');
  let bytes = 0;
  let lines = 0;
  let values = 0;
  for (const piece of generateExport(options)) {
    const encoded = Buffer.from(piece);
    writeFileSync(file, encoded);
    bytes += encoded.length;
    lines += countLines(encoded);
    values += countValues(piece);
  }
  closeSync(file);
  renameSync(`${path}.new`, path);
  const note: Note = { options, bytes, rows: lines - 1, values: values - FIELD_COLUMNS.length };
  writeFileSync(notePath, JSON.stringify(note));
  return { path, bytes, rows: note.rows, values: note.values };
}

/** The first `bytes` of an export, cut after its last whole row. */
export function headOf(file: ExportFile, bytes: number): Buffer {
  const head = Buffer.allocUnsafeSlow(Math.min(bytes, file.bytes));
  const descriptor = openSync(file.path, 'r');
  for (let at = 0; at < head.length; ) at += readSync(descriptor, head, at, head.length - at, at);
  closeSync(descriptor);
  return head.subarray(0, head.lastIndexOf(LF) + 1);
}

/** In an export without flaws every line feed ends a row, so this owes nothing to the scanner that it checks. */
export function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) lines++;
  return lines;
}

/** @param lines whole ones; no cell up to the last field's is quoted */
function countValues(lines: string): number {
  let values = 0;
  for (const line of lines.split('\n')) {
    const cells = line.split(',', FIELD_COLUMNS_END);
    for (const column of FIELD_COLUMNS) if (cells[column]) values++;
  }
  return values;
}

function readNote(path: string): Note | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Note;
  } catch {
    return undefined;
  }
}
