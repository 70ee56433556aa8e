// No row that fast-csv reads is rejected for its form, for files on which it and
// the rules mean the same.

import { deepStrictEqual, strictEqual } from 'node:assert';
import { parseString } from 'fast-csv';
import type { ToldReject } from './check-file.ts';
import type { FuzzedFile } from './fuzzed-file.ts';

const FORM_REASONS = ['unclosed-quote', 'text-after-quote', 'row-too-long', 'cell-count'];
/** How many physical lines a row of a small file may be made of, to be looked for. */
const MOST_LINES = 12;
const LF = 10;

/** @param told what was rejected */
export async function checkForms(file: FuzzedFile, told: readonly ToldReject[], rows: number): Promise<void> {
  const rejected = told.filter(({ reason }) => FORM_REASONS.includes(reason));
  if (file.kind === 'well-formed') await checkRows(file, rejected, rows);
  else for (const reject of rejected) await checkReject(file, reject);
}

/** Where every row can be read, those of another length are rejected, and no other. */
async function checkRows({ bytes, columns, delimiter }: FuzzedFile, rejected: readonly ToldReject[], rows: number): Promise<void> {
  const read = await readByFastCsv(bytes.toString('utf8'), delimiter);
  const data = read!.filter((cells) => cells.length > 0).slice(1);
  strictEqual(rows, data.length, 'rows as fast-csv counts them');
  const ragged = data.flatMap((cells, i) => (cells.length === columns ? [] : [i + 1]));
  deepStrictEqual(
    rejected.map(({ row }) => row),
    ragged,
    'rows rejected for their form, and rows of another length by fast-csv',
  );
}

/** Whether fast-csv reads a row of the right length from where the reject begins. */
async function checkReject({ bytes, columns, delimiter }: FuzzedFile, { row, offset }: ToldReject): Promise<void> {
  let end = offset;
  for (let lines = 0; lines < MOST_LINES && end < bytes.length; lines++) {
    const feed = bytes.indexOf(LF, end);
    end = feed < 0 ? bytes.length : feed + 1;
    const read = await readByFastCsv(bytes.toString('utf8', offset, end), delimiter);
    const isRow = read?.length === 1 && read[0]!.length === columns;
    strictEqual(isRow, false, `row ${row} at byte ${offset} is rejected for its form, and fast-csv reads ${JSON.stringify(read?.[0])}`);
  }
}

/** @returns undefined for text that it does not take */
async function readByFastCsv(text: string, delimiter: string): Promise<string[][] | undefined> {
  const rows: string[][] = [];
  try {
    for await (const row of parseString(text, { headers: false, ignoreEmpty: false, delimiter })) rows.push(row as string[]);
  } catch (error) {
    if (/^Parse Error/.test((error as Error).message)) return undefined;
    throw error;
  }
  return rows;
}
