// What a survey says of each column: the same whatever the chunks, and what a plain
// model says of the cells.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ColumnSummary, EXAMPLES } from '../src/survey/column-summary.ts';
import { surveyText } from './support/survey-text.ts';

const HEADER = 'timestamp,location-lat,location-long,gps:satellite-count,visible,comments,mystery,utm-zone,individual-local-identifier';
const MISSING = new Set(['NA', 'NaN', 'Inf', '-Inf', 'Infinity']);
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

interface Cell {
  readonly text: string;
  readonly isQuoted: boolean;
}

const columnsOf = async (rows: readonly (readonly Cell[])[], chunkBytes?: number): Promise<readonly ColumnSummary[] | undefined> => {
  const lines = rows.map((cells) => cells.map(({ text, isQuoted }) => (isQuoted ? `"${text.replaceAll('"', '""')}"` : text)).join(','));
  const { summary } = await surveyText([HEADER, ...lines, ''].join('\n'), chunkBytes, { columns: true });
  return summary.columns;
};

function model(cells: readonly Cell[], kind: 'number' | 'boolean' | 'text' | 'unknown'): ColumnSummary {
  const filled = cells.filter(({ text, isQuoted }) => text !== '' && (isQuoted || !MISSING.has(text)));
  const numbers = filled
    .map(({ text }) => text)
    .filter((text) => NUMBER.test(text))
    .map(Number);
  const hasNumbers = kind === 'number' || kind === 'unknown';
  return {
    filled: filled.length,
    quotedMissing: filled.filter(({ text }) => MISSING.has(text)).length,
    least: hasNumbers ? Math.min(Number.POSITIVE_INFINITY, ...numbers) + 0 : Number.POSITIVE_INFINITY,
    most: hasNumbers ? Math.max(Number.NEGATIVE_INFINITY, ...numbers) + 0 : Number.NEGATIVE_INFINITY,
    trues: kind === 'boolean' ? filled.filter(({ text }) => text.toLowerCase() === 'true').length : 0,
    examples: kind === 'text' || kind === 'unknown' ? [...new Set(filled.map(({ text }) => text))].slice(0, EXAMPLES) : [],
  };
}

describe('what a survey says of the columns', () => {
  const cell = (...texts: string[]) => fc.record({ text: fc.constantFrom('', 'NA', 'NaN', '-Inf', ...texts), isQuoted: fc.boolean() });
  const row = fc.tuple(
    fc.constantFrom({ text: '2014-05-01 12:00:00.000', isQuoted: false }, { text: '2014-05-01 12:00:01.5', isQuoted: true }),
    cell('1.5', '-12.25', '89.999999', '1e1', '+.5', '-0.0'),
    cell('2', '-170.123456789'),
    cell('4', '12', '5.0', 'many'),
    cell('true', 'FALSE', 'TRUE', 'maybe'),
    cell('a', 'b', 'ü', 'c d', 'say', 'x'),
    cell('1', '2.5', 'text', '1e3'),
    cell('31N', '32N'),
    fc.constantFrom(
      { text: 'Ann', isQuoted: false },
      { text: 'Ann', isQuoted: true },
      { text: 'Say "Bob"', isQuoted: true },
      { text: 'NA', isQuoted: true },
      { text: '', isQuoted: false },
    ),
  );

  it('is what the cells say one by one, whatever the chunks', async () => {
    const kinds = ['text', 'number', 'number', 'number', 'boolean', 'text', 'unknown', 'text', 'text'] as const;
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 500 }), async (all, chunkBytes) => {
        // A row without a value would be a reject, which does not count.
        const visible = (one: Cell): Cell => (one.text === '' || MISSING.has(one.text) ? { text: 'true', isQuoted: false } : one);
        const rows = all.map((cells) => cells.map((one, i) => (kinds[i] === 'boolean' ? visible(one) : one)));
        const found = await columnsOf(rows, chunkBytes);
        expect(found).toEqual(
          kinds.map((kind, column) =>
            model(
              rows.map((cells) => cells[column]!),
              kind,
            ),
          ),
        );
      }),
      { numRuns: 120 },
    );
  });

  it('shows the beginning of long texts, without half a character', async () => {
    const cells = (comments: string): Cell[] =>
      ['2014-05-01 12:00:00.000', '1.5', '2', '', 'true', comments, '', '', 'Ann'].map((text) => ({ text, isQuoted: false }));
    const rows = [cells('x'.repeat(300)), cells(`${'x'.repeat(59)}ü and more`), cells('x'.repeat(60))];
    for (const chunkBytes of [1, 1 << 20]) {
      const columns = await columnsOf(rows, chunkBytes);
      expect(columns?.[5]?.examples).toEqual([`${'x'.repeat(60)}…`, `${'x'.repeat(59)}…`, 'x'.repeat(60)]);
    }
  });

  it('is not told unless it is asked for', async () => {
    expect((await surveyText(`${HEADER}\n2014-05-01 12:00:00.000,1,2,,,,,,Ann\n`)).summary.columns).toBeUndefined();
  });
});
