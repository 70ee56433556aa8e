// Numbers: which cells are one, and what line protocol gets.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWindow } from '../src/csv/byte-window.ts';
import { DECIMAL_NUMBER, WHOLE_NUMBER } from '../src/csv/cells.ts';
import { ROW, RowScanner } from '../src/csv/row-scanner.ts';
import { coordinateOf, isSurelyWithin } from '../src/encode/coordinate.ts';
import {
  DECIMAL_FORM,
  EXPONENT_FORM,
  fitsInt64,
  formOf,
  INTEGER_FORM,
  integerOf,
  LOOSE_FORM,
  NOT_A_NUMBER,
  numberForm,
  tightenNumber,
} from '../src/encode/number.ts';
import { FLOAT, Row } from '../src/encode/row.ts';

const form = (text: string): number => numberForm(Buffer.from(`,${text},`), 1, 1 + text.length);

describe('a number', () => {
  it('is seen by the scanner on its way, bare or in quotes, where it is a plain one', () => {
    const text = fc.string({ unit: fc.constantFrom('0', '7', '9', '.', '-', '+', 'e', 'x', ' ', 'é'), maxLength: 7 });
    fc.assert(
      fc.property(fc.array(fc.tuple(text, fc.boolean()), { minLength: 2, maxLength: 6 }), (cells) => {
        const row = cells.map(([cell, isQuoted]) => (isQuoted ? `"${cell}"` : cell)).join(',');
        const scanner = new RowScanner(cells.length, 0x2c);
        const window = ByteWindow.over(Buffer.from(`${row}\n`));
        expect(scanner.scan(window, 0)).toBe(ROW);
        for (const [i, [cell]] of cells.entries()) {
          const seen = scanner.flags[i]! & (WHOLE_NUMBER | DECIMAL_NUMBER);
          expect(seen).toBe(/^-?\d+$/.test(cell) ? WHOLE_NUMBER : /^-?\d+\.\d+$/.test(cell) ? DECIMAL_NUMBER : 0);
          const [start, end] = [scanner.starts[i]!, scanner.ends[i]!];
          expect(formOf(window.bytes, start, end, scanner.flags[i]!)).toBe(numberForm(window.bytes, start, end));
        }
      }),
      { numRuns: 2000 },
    );
  });
  it('of digits that no double holds is none, though the scanner takes it for one', () => {
    const cell = '9'.repeat(400);
    const scanner = new RowScanner(2, 0x2c);
    const window = ByteWindow.over(Buffer.from(`${cell},${cell}\n`));
    scanner.scan(window, 0);
    expect(formOf(window.bytes, 0, cell.length, scanner.flags[0]!)).toBe(NOT_A_NUMBER);
  });
  it.each(['0', '-1', '007', '27000000000', '9'.repeat(19)])('%s is written with digits only', (text) =>
    expect(form(text)).toBe(INTEGER_FORM),
  );
  it.each(['1.5', '-0.25', '210.0', '007.5'])('%s is copied as it stands', (text) => expect(form(text)).toBe(DECIMAL_FORM));
  it.each(['-3.225048130870434E-4', '1e5', '1E+5', '2e-400'])('%s is copied as it stands, exponent and all', (text) =>
    expect(form(text)).toBe(EXPONENT_FORM),
  );
  it.each([
    ['.5', '0.5'],
    ['-.5', '-0.5'],
    ['5.', '5.0'],
    ['+5', '5'],
    ['+.5', '0.5'],
    ['.5e3', '0.5e3'],
    ['5.e3', '5.0e3'],
  ])('%s is written as %s', (text, tight) => {
    expect(form(text)).toBe(LOOSE_FORM);
    expect(tightenNumber(text)).toBe(tight);
  });
  it.each([
    '',
    '-',
    '+',
    '.',
    '-.',
    'e5',
    '1e',
    '1e+',
    '1.2.3',
    '1,5',
    '0x10',
    '1 ',
    ' 1',
    '--1',
    '1e400',
    '-1e400',
    'NaN',
    'Infinity',
    `${'9'.repeat(400)}.0`,
    '9'.repeat(310),
    `+${'9'.repeat(310)}`,
  ])('"%s" is none', (text) => expect(form(text)).toBe(NOT_A_NUMBER));

  it('is told from other text as a regular expression would', () => {
    const unit = fc.constantFrom('0', '1', '9', '-', '+', '.', 'e', 'E', 'x');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 8 }), (text) => {
        const isNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text));
        expect(form(text) !== NOT_A_NUMBER).toBe(isNumber);
        if (isNumber) expect(Number(tightenNumber(text))).toBe(Number(text));
      }),
      { numRuns: 5000 },
    );
  });
});

describe('an integer', () => {
  it('of 64 bits fits and the next one does not', () => {
    const fits = (text: string): boolean => fitsInt64(Buffer.from(text), 0, text.length);
    expect(fits('9223372036854775807')).toBe(true);
    expect(fits('9223372036854775808')).toBe(false);
    expect(fits('-9223372036854775808')).toBe(true);
    expect(fits('-9223372036854775809')).toBe(false);
    expect(fits('0'.repeat(30))).toBe(true);
  });

  it.each([
    ['5.0', '5'],
    ['1.5e3', '1500'],
    ['-2.50E1', '-25'],
    ['1e18', '1000000000000000000'],
    ['2.7e10', '27000000000'],
    ['100e-2', '1'],
    ['0e99', '0'],
    ['-0.0', '0'],
    ['+7', '7'],
  ])('written %s becomes %s', (text, integer) => expect(integerOf(text)).toBe(integer));

  it.each(['5.5', '1e-1', '1e19', '1e999', '9223372036854775808.0', '.', '12345e-1'])('is not %s', (text) =>
    expect(integerOf(text)).toBeUndefined(),
  );

  it('in exponent form is exact beyond what a double holds', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }), fc.integer({ min: 0, max: 2 }), (value, zeros) => {
        expect(integerOf(`${value}.${'0'.repeat(zeros)}`)).toBe(String(value));
        expect(integerOf(`${value}e1`)).toBe(String(value * 10n));
      }),
    );
  });
});

describe('a coordinate', () => {
  it('has the value that the platform parses, bit for bit', () => {
    const row = new Row(1);
    const value = (text: string): number => {
      row.clear();
      row.add(0, FLOAT, 0, text.length);
      return coordinateOf(row, 0, Buffer.from(text));
    };
    fc.assert(
      fc.property(
        fc.integer({ min: -180, max: 180 }),
        fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 17 }),
        (whole, decimals) => {
          const text = `${whole}.${decimals}`;
          expect(value(text)).toBe(Number(text));
        },
      ),
      { numRuns: 3000 },
    );
    expect(value('-3.225048130870434E-4')).toBe(-3.225048130870434e-4);
    expect(value('-0.5')).toBe(-0.5);
  });

  it('is called sure by its first digits only where its value is within the bound and not zero', () => {
    const sure = (text: string, tens: number): boolean => isSurelyWithin(Buffer.from(`,${text},`), 1, 1 + text.length, tens);
    const unit = fc.constantFrom(...'0123456789');
    fc.assert(
      fc.property(
        fc.constantFrom('', '-'),
        fc.string({ unit, minLength: 1, maxLength: 5 }),
        fc.string({ unit, maxLength: 4 }),
        fc.constantFrom(9, 18),
        (sign, whole, decimals, tens) => {
          const text = sign + whole + (decimals === '' ? '' : `.${decimals}`);
          if (sure(text, tens)) expect(Math.abs(Number(text)) > 0 && Math.abs(Number(text)) <= tens * 10).toBe(true);
        },
      ),
      { numRuns: 20_000 },
    );
    expect([sure('53.0', 9), sure('-6.5', 18), sure('179.9', 18), sure('89.9', 9)]).toEqual([true, true, true, true]);
    expect([sure('90.0', 9), sure('180', 18), sure('0.5', 9), sure('100.0', 9)]).toEqual([false, false, false, false]);
  });
});
