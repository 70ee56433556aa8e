// Times: read to the millisecond, and refused when there is no such moment.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EARLIEST_MS, LATEST_MS, TimeReader } from '../src/encode/time.ts';
import type { TimeFormat } from '../src/movebank/layout.ts';

const read = (text: string, format: TimeFormat = 'movebank', offsetMinutes = 0): { ms: number; cut: boolean } => {
  const reader = new TimeReader(format, offsetMinutes);
  const ms = reader.read(Buffer.from(`,${text},`), 1, 1 + text.length);
  return { ms, cut: reader.digitsCut };
};

describe('a Movebank time', () => {
  it('is what the platform makes of it, to the millisecond, over all the years that can be stored', () => {
    const reader = new TimeReader('movebank', 0);
    fc.assert(
      fc.property(fc.integer({ min: EARLIEST_MS, max: LATEST_MS }), (ms) => {
        const text = new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
        expect(reader.read(Buffer.from(text), 0, text.length)).toBe(ms);
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    ['2014-05-01 12:00:00', '2014-05-01T12:00:00.000Z'],
    ['2014-05-01T12:00:00Z', '2014-05-01T12:00:00.000Z'],
    ['2014-05-01 12:00:00.5', '2014-05-01T12:00:00.500Z'],
    ['2014-05-01 12:00:00.998', '2014-05-01T12:00:00.998Z'],
    ['2016-02-29 23:59:59.999', '2016-02-29T23:59:59.999Z'],
    ['2000-02-29 00:00:00.000', '2000-02-29T00:00:00.000Z'],
  ])('%s is %s', (text, iso) => expect(read(text)).toEqual({ ms: Date.parse(iso), cut: false }));

  it('has digits below a millisecond cut off, and says so unless they are zeros', () => {
    expect(read('1969-12-31 23:59:59.9999')).toEqual({ ms: -1, cut: true });
    expect(read('2014-05-01 12:00:00.123000000')).toEqual({ ms: Date.parse('2014-05-01T12:00:00.123Z'), cut: false });
  });

  it.each([
    '00:53.0',
    '13/05/2014',
    '6/18/03 22:12:00',
    '2014-05-01',
    '2014-05-01 12:00',
    '2014-13-01 12:00:00',
    '2014-00-01 12:00:00',
    '2014-04-31 12:00:00',
    '2015-02-29 12:00:00',
    '1900-02-29 12:00:00',
    '2014-05-01 24:00:00',
    '2014-05-01 12:60:00',
    '2014-05-01 12:00:60',
    '2014-05-01 12:00:00.',
    '2014-05-01 12:00:00.1234567890',
    '2014-05-01 12:00:00 ',
    '2014-05-01 12:00:00+02:00',
    '2014-05-01x12:00:00',
    'NA',
  ])('is not %s', (text) => expect(read(text).ms).toBeNaN());

  it('of a reject does not spoil the day of the next row', () => {
    const reader = new TimeReader('movebank', 0);
    const readOn = (text: string): number => reader.read(Buffer.from(text), 0, text.length);
    expect(readOn('2015-02-28 00:00:00')).toBe(Date.parse('2015-02-28T00:00:00Z'));
    expect(readOn('2015-02-29 00:00:00')).toBeNaN();
    expect(readOn('2015-02-28 01:00:00')).toBe(Date.parse('2015-02-28T01:00:00Z'));
  });
});

describe('a time of another format', () => {
  it.each([
    ['rfc3339', '2014-05-01T12:00:00+02:00', 0, '2014-05-01T10:00:00.000Z'],
    ['rfc3339', '2014-05-01T12:00:00.25-00:30', 0, '2014-05-01T12:30:00.250Z'],
    ['rfc3339', '2014-05-01T12:00:00Z', 120, '2014-05-01T12:00:00.000Z'],
    ['rfc3339', '2014-05-01T12:00:00', 120, '2014-05-01T10:00:00.000Z'],
    ['movebank', '2014-05-01 12:00:00', -90, '2014-05-01T13:30:00.000Z'],
  ] as const)('%s %s with an offset of %i minutes is %s', (format, text, offset, iso) => {
    expect(read(text, format, offset).ms).toBe(Date.parse(iso));
  });

  it.each([
    ['unix-s', '1398945600', 1398945600000, false],
    ['unix-s', '1398945600.25', 1398945600250, false],
    ['unix-s', '1398945600.2509', 1398945600250, true],
    ['unix-ms', '1398945600123', 1398945600123, false],
    ['unix-us', '1398945600123456', 1398945600123, true],
    ['unix-ns', '1398945600123456789', 1398945600123, true],
    ['unix-ns', '1398945600123000000', 1398945600123, false],
    ['unix-s', '-1.5', -1500, false],
    ['unix-s', '0', 0, false],
  ] as const)('%s %s is %i ms', (format, text, ms, cut) => expect(read(text, format)).toEqual({ ms, cut }));

  it.each(['', '-', '1.', '.5', '1e9', '12:00', '1398945600 '])('unix-s is not "%s"', (text) => expect(read(text, 'unix-s').ms).toBeNaN());
});
