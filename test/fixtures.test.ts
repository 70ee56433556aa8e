// The generator of test data: its bytes are fixed by its options, and its files hold what they say.

import { readFileSync } from 'node:fs';
import { parseString } from 'fast-csv';
import { describe, expect, test } from 'vitest';
import { type ExportOptions, GEESE, generateExport } from '../fixtures/generate.ts';

const textOf = (options: ExportOptions): string => [...generateExport(options)].join('');

function cellsOf(text: string): Promise<string[][]> {
  return new Promise((resolve, reject) => {
    const rows: string[][] = [];
    parseString(text, { headers: false, ignoreEmpty: false })
      .on('error', reject)
      .on('data', (row: string[]) => rows.push(row))
      .on('end', () => resolve(rows));
  });
}

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

describe('the committed fixture', () => {
  const committed = readFileSync(new URL('../fixtures/geese.csv', import.meta.url));

  test('the committed fixture is what the generator writes, byte for byte', () => {
    expect(Buffer.from(textOf(GEESE)).equals(committed)).toBe(true);
  });

  test('the fixture holds each flaw as often as its options say', () => {
    const lines = committed.toString().split('\r\n');
    expect(lines.pop()).toBe('');
    const [, ...rows] = lines;
    expect(rows).toHaveLength(GEESE.rows);
    const matching = (pattern: RegExp): number => rows.filter((row) => pattern.test(row)).length;
    const { flaws } = GEESE;
    expect(matching(/^\d+,true,[^,]+,,,/)).toBe(flaws.noLocation);
    expect(matching(/^\d+,true,[^,]+,(,[^,]|[^,]+,,)/)).toBe(flaws.halfLocation);
    expect(matching(/,0\.0,0\.0,.*,,"gps"/)).toBe(flaws.zeroLocation);
    expect(matching(/^\d+,false,.*,true,"gps"/)).toBe(flaws.outlier);
    expect(matching(/,NaN,.*,NaN,/)).toBe(flaws.nan);
    expect(matching(/\n/)).toBe(flaws.newline);
    expect(matching(/^\d+,true,,/)).toBe(flaws.noTime);
    expect(matching(/,00:53\.0,/)).toBe(flaws.brokenTime);
    expect(matching(/"gps"x,/)).toBe(flaws.textAfterQuote);
    expect(rows.filter((row) => count(row, /"/g) % 2 === 1)).toHaveLength(flaws.unclosedQuote);
    expect(rows.filter((row) => !/Geese of/.test(row) && !/Geese\nof/.test(row))).toHaveLength(flaws.ragged);
  });

  test('the fixture repeats and contradicts rows as often as its options say, and no event id', () => {
    const rows = committed.toString().split('\r\n').slice(1, -1);
    expect(new Set(rows.map((row) => row.split(',')[0])).size).toBe(GEESE.rows);

    const dated = rows.filter((row) => /^\d+,\w+,\d{4}-/.test(row) && /"gps",.*"$/s.test(row));
    const contents = new Set(dated.map((row) => row.slice(row.indexOf(',')).replace('\n', ' ')));
    expect(dated.length - contents.size).toBe(GEESE.flaws.duplicate + GEESE.flaws.lateRepeat);

    const keys = new Set([...contents].map((row) => row.split(',')[2] + row.slice(row.indexOf('"'))));
    expect(contents.size - keys.size).toBe(GEESE.flaws.collision);
  });
});

describe('a file without flaws', () => {
  test('two runs with one seed are equal', () => {
    const options = { rows: 2000, animals: 3, seed: 7 };
    expect(textOf(options)).toBe(textOf(options));
    expect(textOf(options)).not.toBe(textOf({ ...options, seed: 8 }));
  });

  test('a file of N rows holds N data rows as fast-csv reads it', async () => {
    const rows = await cellsOf(textOf({ rows: 3001, animals: 15, seed: 3 }));
    expect(rows).toHaveLength(1 + 3001);
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([16]));
    expect(new Set(rows.slice(1).map((row) => row[14])).size).toBe(15);
  });

  test('each animal has one block, sorted by time without a time twice, and each event id occurs once', async () => {
    const rows = (await cellsOf(textOf({ rows: 20_000, animals: 2, seed: 5 }))).slice(1);
    const blocks = rows.filter((row, index) => row[14] !== rows[index - 1]?.[14]);
    expect(blocks).toHaveLength(2);
    expect(rows.filter((row, index) => row[14] === rows[index - 1]?.[14] && String(row[2]) <= String(rows[index - 1]?.[2]))).toEqual([]);
    expect(new Set(rows.map((row) => row[0])).size).toBe(20_000);
  });

  test('a file of N bytes ends with the row that reaches them', () => {
    for (const bytes of [1, 5000, 300_000]) {
      const made = Buffer.from(textOf({ bytes, animals: 4, seed: 2 }));
      const lastRow = made.length - 2 - made.lastIndexOf('\r\n', made.length - 3);
      expect(made.length).toBeGreaterThanOrEqual(bytes);
      if (bytes > 1) expect(made.length - lastRow).toBeLessThan(bytes);
    }
  });

  test('pieces are of about 64 KiB, whatever the size', () => {
    const lengths = Array.from(generateExport({ bytes: 2_000_000, animals: 2, seed: 2 }), (piece) => piece.length);
    expect(Math.max(...lengths)).toBeLessThan(66 * 1024);
    expect(lengths.length).toBeGreaterThan(29);
  });
});

describe('options that contradict each other', () => {
  test.each([
    ['no size', { animals: 1, seed: 1 }],
    ['two sizes', { rows: 1, bytes: 1, animals: 1, seed: 1 }],
    ['flaws out of bytes', { bytes: 1000, animals: 1, seed: 1, flaws: { nan: 1 } }],
    ['more flaws than rows', { rows: 10, animals: 1, seed: 1, flaws: { nan: 9 } }],
    ['no animals', { rows: 10, animals: 0, seed: 1 }],
    ['half a row', { rows: 1.5, animals: 1, seed: 1 }],
  ])('%s is a RangeError', (_, options) => {
    expect(() => textOf(options)).toThrow(RangeError);
  });
});
