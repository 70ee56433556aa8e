// Rows: what the scanner takes for one, and that no cut through a file changes it.

import fc from 'fast-check';
import { parseString } from 'fast-csv';
import { describe, expect, it } from 'vitest';
import { KEPT_OF_LONG_LINE } from '../src/csv/chunk-rows.ts';
import { BLANK_LINE, MAX_ROW_BYTES, ROW, ROW_TOO_LONG, TEXT_AFTER_QUOTE, UNCLOSED_QUOTE } from '../src/csv/row-scanner.ts';
import { type ReadRow, readInChunks } from './support/bytes.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const WHOLE = 8 << 20;
const outcomes = (rows: ReadRow[]): number[] => rows.map((row) => row.outcome);

describe('a row', () => {
  const cases: [name: string, text: string, cells: string[][]][] = [
    [
      'ends at a line feed',
      'a,b\nc,d\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'ends at CRLF, which belongs to no cell',
      'a,b\r\nc,d\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'may end with the file',
      'a,b\nc,d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'may have empty cells at its end',
      'a,\n,\n',
      [
        ['a', ''],
        ['', ''],
      ],
    ],
    ['keeps spaces round a cell', ' a , b \n', [[' a ', ' b ']]],
    ['keeps line ends inside quotes', '"a\nb","c\r\nd"\n', [['a\nb', 'c\r\nd']]],
    ['reads doubled quotes as one', '"a""b",""""\n', [['a"b', '"']]],
    ['takes a quote inside a bare cell for itself', 'a"b,5" long\n', [['a"b', '5" long']]],
    ['takes a lone CR for an ordinary byte', 'a\rb,c\n', [['a\rb', 'c']]],
    ['keeps a lone CR at the end of the file', 'a,b\r', [['a', 'b\r']]],
    ['may end in a closing quote at the end of the file', 'a,"b"', [['a', 'b']]],
  ];
  it.each(cases)('%s', async (_, text, cells) => {
    const rows = await readInChunks(bytes(text), WHOLE, 2);
    expect(outcomes(rows)).toEqual(cells.map(() => ROW));
    expect(rows.map((row) => row.cells)).toEqual(cells);
  });

  it('is none where a line has no byte, and one where it has delimiters only', async () => {
    expect(outcomes(await readInChunks(bytes('a,b\n\n\r\n,\n'), WHOLE, 2))).toEqual([ROW, BLANK_LINE, BLANK_LINE, ROW]);
  });

  const malformed: [name: string, text: string, outcome: number][] = [
    ['text after a closing quote', 'a,"b"c\nd,e\n', TEXT_AFTER_QUOTE],
    ['a space after a closing quote', 'a,"b" \nd,e\n', TEXT_AFTER_QUOTE],
    ['a lone CR after a closing quote', 'a,"b"\rc\nd,e\n', TEXT_AFTER_QUOTE],
    ['a quote that the file never closes', 'a,"b\nd,e\n', UNCLOSED_QUOTE],
  ];
  it.each(malformed)('is malformed with %s, which costs that physical line alone', async (_, text, outcome) => {
    const rows = await readInChunks(bytes(text), WHOLE, 2);
    expect(outcomes(rows)).toEqual([outcome, ROW]);
    expect(rows[1]?.cells).toEqual(['d', 'e']);
    expect(rows[0]?.length).toBe(text.indexOf('\n') + 1);
  });

  it('may be 1 MiB with its line end, and not a byte more', async () => {
    const longest = `${'x'.repeat(MAX_ROW_BYTES - 3)},y`;
    expect(outcomes(await readInChunks(bytes(`${longest}\na,b\n`), WHOLE, 2))).toEqual([ROW, ROW]);
    expect(outcomes(await readInChunks(bytes(`x${longest}\na,b\n`), WHOLE, 2))).toEqual([ROW_TOO_LONG, ROW]);
  });

  it('is cut short in the reject when it is longer, but not in its length', async () => {
    const text = `${'x'.repeat(3 * MAX_ROW_BYTES)},y\na,b\n`;
    for (const chunkBytes of [100_000, WHOLE]) {
      const rows = await readInChunks(bytes(text), chunkBytes, 2);
      expect(outcomes(rows)).toEqual([ROW_TOO_LONG, ROW]);
      expect(rows[0]?.length).toBe(3 * MAX_ROW_BYTES + 3);
      expect(rows[0]?.length).toBeGreaterThan(KEPT_OF_LONG_LINE);
    }
  });

  it('is not closed by a quote more than 1 MiB away, wherever the file is cut', async () => {
    const text = `a,b\n"open,c\n${'d,e\n'.repeat(300_000)}f,"closed"\ng,"h"\n`;
    const whole = await readInChunks(bytes(text), WHOLE, 2);
    expect(whole.filter((row) => row.outcome !== ROW).map((row) => [row.outcome, row.offset])).toEqual([[UNCLOSED_QUOTE, 4]]);
    expect(await readInChunks(bytes(text), 65_536, 2)).toEqual(whole);
  });
});

/** Cells that fast-csv reads as the rules say: no space outside quotes, CR only inside them. */
const bareCell = fc.string({ unit: fc.constantFrom('a', '1', '.', '-', ':', 'é', '雪', '🦢'), maxLength: 6 });
const quotedCell = fc
  .string({ unit: fc.constantFrom('a', ' ', ',', '""', '\n', '\r\n', '\r', 'é', '雪', '🦢', '1'), maxLength: 8 })
  .map((inner) => `"${inner}"`);
const csvText = fc.record({
  rows: fc.array(fc.array(fc.oneof(bareCell, quotedCell), { minLength: 2, maxLength: 5 }), { minLength: 1, maxLength: 12 }),
  lineEnd: fc.constantFrom('\n', '\r\n'),
  lastLineEnd: fc.boolean(),
});
type CsvText = typeof csvText extends fc.Arbitrary<infer Value> ? Value : never;
const joined = ({ rows, lineEnd, lastLineEnd }: CsvText): string =>
  rows.map((row) => row.join(',')).join(lineEnd) + (lastLineEnd ? lineEnd : '');

async function readByFastCsv(text: string): Promise<string[][]> {
  const rows: string[][] = [];
  for await (const row of parseString(text, { headers: false, ignoreEmpty: false })) rows.push(row as string[]);
  return rows;
}

describe('whatever the chunk size', () => {
  it('the rows are those that fast-csv reads, and quotes are seen where they stand', async () => {
    await fc.assert(
      fc.asyncProperty(csvText, fc.integer({ min: 1, max: 40 }), async (csv, chunkBytes) => {
        const text = joined(csv);
        const rows = await readInChunks(bytes(text), chunkBytes, 5);
        expect(rows.map((row) => row.cells)).toEqual(await readByFastCsv(text));
        expect(rows.map((row) => row.quoted)).toEqual(csv.rows.map((row) => row.map((cell) => cell.startsWith('"'))));
      }),
      { numRuns: 300 },
    );
  });

  it('any bytes at all give the same rows and the same malformed lines', async () => {
    const soup = fc.string({ unit: fc.constantFrom('"', '"', ',', '\n', '\r\n', '\r', 'a', ' ', 'é'), maxLength: 80 });
    await fc.assert(
      fc.asyncProperty(soup, fc.integer({ min: 1, max: 30 }), async (text, chunkBytes) => {
        const whole = await readInChunks(bytes(text), WHOLE, 3);
        expect(await readInChunks(bytes(text), chunkBytes, 3)).toEqual(whole);
        expect(whole.reduce((sum, row) => sum + row.length, 0)).toBe(bytes(text).length);
      }),
      { numRuns: 2000 },
    );
  });

  it('cells that repeat from row to row are the same read by the short way', async () => {
    const row = fc.tuple(
      bareCell,
      fc.constantFrom('x', '"x"', '"x,y"', '""'),
      fc.constantFrom('z', '"z""z"'),
      fc.constantFrom('', '1', '"2"'),
    );
    const steady = fc.constantFrom({ from: 1, to: 3 }, { from: 1, to: 4 }, { from: 0, to: 2 });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 20 }), steady, fc.integer({ min: 1, max: 60 }), async (cells, columns, chunkBytes) => {
        const text = cells.map((line) => `${line.join(',')}\n`).join('');
        const plain = await readInChunks(bytes(text), WHOLE, 4);
        const short = await readInChunks(bytes(text), chunkBytes, 4, columns);
        expect(short.map(({ cells, quoted }) => ({ cells, quoted }))).toEqual(plain.map(({ cells, quoted }) => ({ cells, quoted })));
      }),
      { numRuns: 500 },
    );
  });

  it('the short way is taken where cells do repeat', async () => {
    const rows = await readInChunks(bytes('1,x,z\n2,x,z\n3,y,z\n4,y,z\n'), WHOLE, 3, { from: 1, to: 3 });
    expect(rows.map((row) => row.steadyRepeats)).toEqual([false, true, false, true]);
  });
});
