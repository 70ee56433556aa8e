// The encoders of a TSM block against a decoder that was written from the
// format alone, over any column.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalValue, putDecimal } from '../src/encode/decimal.ts';
import { Int64 } from '../src/encode/int64.ts';
import { booleansRoom, putBooleans } from '../src/tsm/booleans.ts';
import { floatsRoom, putFloats } from '../src/tsm/floats.ts';
import { integersRoom, putIntegers } from '../src/tsm/integers.ts';
import { putSimple8b } from '../src/tsm/simple8b.ts';
import { putStrings, stringsRoom } from '../src/tsm/strings.ts';
import { putTime, putTimes, timesRoom } from '../src/tsm/times.ts';
import { putUvarint } from '../src/tsm/wide.ts';
import { readBooleans, readFloats, readIntegers, readSimple8b, readStrings, readTimes } from './oracle/read-tsm.ts';

/** Written before and after each column's place, to see that nothing else is touched. */
const BEFORE = 3;
const MARK = 0xa5;

/** What `put` writes into exactly `room` bytes. */
function written(room: number, put: (target: Uint8Array, at: number) => number): Buffer {
  const target = new Uint8Array(BEFORE + Math.ceil(room) + 1).fill(MARK);
  const end = put(target, BEFORE);
  expect(end).toBeLessThan(target.length);
  expect([...target.subarray(0, BEFORE), target.at(-1)]).toEqual([MARK, MARK, MARK, MARK]);
  return Buffer.from(target.subarray(BEFORE, end));
}

/** Numbers of any number of bits, so that every selector has its turn. */
const anyBits = (most: number) => fc.integer({ min: 0, max: most }).chain((bits) => fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n }));
/** Runs of alike values, as columns of data have. */
const runs = <T>(value: fc.Arbitrary<T>, most = 1000) =>
  fc
    .array(fc.tuple(value, fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 130 }))), { minLength: 1, maxLength: 60 })
    .map((pairs) => pairs.flatMap(([one, times]) => new Array<T>(times).fill(one)).slice(0, most));
const bigintOf = ({ low, high }: Int64): bigint => (BigInt(high) << 32n) | BigInt(low >>> 0);
const halvesOf = (values: readonly bigint[]): Int32Array => new Int32Array(BigInt64Array.from(values).buffer);

describe('a block', () => {
  it('packs small numbers into words and gives each back', () => {
    fc.assert(
      fc.property(fc.oneof(runs(anyBits(60)), fc.array(anyBits(12), { minLength: 1, maxLength: 300 })), (values) => {
        const bytes = written(8 * values.length, (target, at) => putSimple8b(halvesOf(values), 0, values.length, target, at));
        expect(readSimple8b(bytes)).toEqual(values);
      }),
    );
  });

  it('takes the most values that fit into a word, also before one that does not', () => {
    const values = [...new Array<bigint>(59).fill(1n), (1n << 60n) - 1n];
    const bytes = written(8 * 60, (target, at) => putSimple8b(halvesOf(values), 0, 60, target, at));
    // 30, 20, 8 of those that have room for more, 1 and the large one.
    expect([...bytes.filter((_, i) => i % 8 === 0)].map((byte) => byte >> 4)).toEqual([3, 4, 8, 15, 15]);
    expect(readSimple8b(bytes)).toEqual(values);
  });

  it('has every time to the nanosecond, from 1677 to 2262', () => {
    const first = fc.integer({ min: -9_223_372_036_854, max: 9_000_000_000_000 });
    const unit = fc.constantFrom(1, 7, 10, 1000, 60_000, 3_600_000, 86_400_000);
    const times = fc
      .tuple(first, unit, runs(fc.integer({ min: 1, max: 5000 })))
      .map(([from, ms, deltas]) => {
        let last = from;
        return [from, ...deltas.map((delta) => (last += delta * ms))];
      })
      .map((all) => all.filter((ms) => ms <= 9_223_372_036_854));
    fc.assert(
      fc.property(times, (timesMs) => {
        const bytes = written(timesRoom(timesMs.length), (target, at) =>
          putTimes(Float64Array.from(timesMs), 0, timesMs.length, target, at),
        );
        expect(readTimes(bytes)).toEqual(timesMs.map((ms) => BigInt(ms) * 1_000_000n));
      }),
    );
  });

  it('has a time far from the one before', () => {
    const timesMs = Float64Array.of(-9_223_372_036_854, -9_223_372_036_853, 9_223_372_036_854);
    const bytes = written(timesRoom(3), (target, at) => putTimes(timesMs, 0, 3, target, at));
    expect(readTimes(bytes)).toEqual([...timesMs].map((ms) => BigInt(ms) * 1_000_000n));
  });

  it('writes times a minute apart in 12 bytes, however many they are', () => {
    const timesMs = Float64Array.from({ length: 1000 }, (_, i) => 1_700_000_000_000 + i * 60_000);
    expect(written(timesRoom(1000), (target, at) => putTimes(timesMs, 0, 1000, target, at)).length).toBe(12);
  });

  it('writes any time as 64 bits', () => {
    fc.assert(
      fc.property(fc.integer({ min: -9_223_372_036_854, max: 9_223_372_036_854 }), (ms) => {
        expect(written(8, (target, at) => putTime(ms, target, at)).readBigInt64BE()).toBe(BigInt(ms) * 1_000_000n);
      }),
    );
  });

  it('has every integer of 64 bits', () => {
    const any = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt({ min: 0n, max: 27_000_000_000n }), anyBits(63));
    fc.assert(
      fc.property(fc.oneof(runs(any), fc.array(any, { minLength: 1, maxLength: 200 })), (values) => {
        const bytes = written(integersRoom(values.length), (target, at) => putIntegers(halvesOf(values), 0, values.length, target, at));
        expect(readIntegers(bytes)).toEqual(values);
      }),
    );
  });

  it('has integers whose deltas wrap round', () => {
    for (const values of [
      [2n ** 63n - 1n, -(2n ** 63n)],
      [0n, 2n ** 62n, -(2n ** 62n), 5n],
      [-(2n ** 63n), 0n, -(2n ** 63n), 0n],
    ]) {
      const bytes = written(integersRoom(values.length), (target, at) => putIntegers(halvesOf(values), 0, values.length, target, at));
      expect(readIntegers(bytes)).toEqual(values);
    }
  });

  it('has every float, bit for bit', () => {
    const any = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer({ min: -1_800_000, max: 1_800_000 }).map((n) => n / 10_000),
      fc.constantFrom(0, -0, 1, 5e-324, Number.MAX_VALUE),
    );
    fc.assert(
      fc.property(fc.oneof(runs(any), fc.array(any, { minLength: 1, maxLength: 200 })), (values) => {
        const halves = new Int32Array(Float64Array.from(values).buffer);
        const bytes = written(floatsRoom(values.length), (target, at) => putFloats(halves, 0, values.length, target, at));
        expect(readFloats(bytes)).toEqual(values);
      }),
    );
  });

  it('has every boolean', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 100 }), (values) => {
        const bits = Uint8Array.from(values, Number);
        const bytes = written(booleansRoom(values.length) + 1, (target, at) => putBooleans(bits, 0, values.length, target, at));
        expect(readBooleans(bytes)).toEqual(values);
      }),
    );
  });

  it('has every string', () => {
    fc.assert(
      fc.property(runs(fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.constantFrom('3D', '2D')), 100), (values) => {
        const joined = Buffer.concat(
          values.flatMap((text) => {
            const length = new Uint8Array(10);
            return [length.subarray(0, putUvarint(Buffer.byteLength(text), length, 0)), Buffer.from(text)];
          }),
        );
        const bytes = written(stringsRoom(joined.length), (target, at) => putStrings(joined, target, at));
        expect(readStrings(bytes)).toEqual(values.map((text) => Buffer.from(text).toString()));
      }),
      { numRuns: 30 },
    );
  });

  it('is made of the middle of a column as well', () => {
    const values = [1n, 2n, 5n, 1n << 40n, 7n];
    expect(readIntegers(written(integersRoom(3), (target, at) => putIntegers(halvesOf(values), 1, 4, target, at)))).toEqual(
      values.slice(1, 4),
    );
    const floats = new Int32Array(Float64Array.of(1.5, 2.25, 3, 4).buffer);
    expect(readFloats(written(floatsRoom(2), (target, at) => putFloats(floats, 1, 3, target, at)))).toEqual([2.25, 3]);
    const timesMs = Float64Array.of(5, 6, 8, 9);
    expect(readTimes(written(timesRoom(2), (target, at) => putTimes(timesMs, 1, 3, target, at)))).toEqual([6_000_000n, 8_000_000n]);
    expect(readBooleans(written(booleansRoom(3) + 1, (target, at) => putBooleans(Uint8Array.of(1, 0, 0, 1, 1), 1, 4, target, at)))).toEqual(
      [false, false, true],
    );
  });
});

describe('a number from its bytes', () => {
  const bitsOf = (value: number): bigint => new BigUint64Array(Float64Array.of(value).buffer)[0]!;
  const parsed = (text: string): number => decimalValue(Buffer.from(`x${text},`), 1, 1 + text.length);
  const digits = (most: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${most}}$`));
  const decimal = fc
    .tuple(
      fc.constantFrom('', '-'),
      digits(25),
      fc.option(digits(25)),
      fc.option(fc.tuple(fc.constantFrom('e', 'E'), fc.integer({ min: -340, max: 300 }))),
    )
    .map(
      ([sign, whole, fraction, power]) =>
        `${sign}${whole}${fraction === null ? '' : `.${fraction}`}${power === null ? '' : power.join('')}`,
    );

  it('is the double that the platform reads, bit for bit', () => {
    fc.assert(
      fc.property(fc.oneof(decimal, fc.double({ noNaN: true, noDefaultInfinity: true }).map(String)), (text) => {
        expect([text, bitsOf(parsed(text))]).toEqual([text, bitsOf(Number(text))]);
      }),
      { numRuns: 2000 },
    );
  });

  it('is put as that double too, a zero without its sign', () => {
    const put = (text: string): number => {
      const target = new Float64Array(2);
      putDecimal(Buffer.from(`1${text}7`), 1, 1 + text.length, target, 1);
      return target[1]!;
    };
    const coordinate = fc.tuple(fc.constantFrom('', '-'), digits(7), fc.option(digits(11)));
    const written = coordinate.map(([sign, whole, fraction]) => `${sign}${whole}${fraction === null ? '' : `.${fraction}`}`);
    fc.assert(
      fc.property(fc.oneof(decimal, written), (text) => {
        expect([text, bitsOf(put(text))]).toEqual([text, bitsOf(Number(text) + 0)]);
      }),
      { numRuns: 2000, examples: [['-0.0'], ['-0'], ['999999.999999999'], ['9999999.999999999'], ['1.0000000000']] },
    );
  });

  it('is the same at the ends of what is computed quickly', () => {
    const texts = [
      '-0',
      '0.0',
      '9007199254740991',
      '9007199254740992',
      '9007199254740993',
      '9007199254740993.0',
      '1e22',
      '1e23',
      '1E+22',
      '1e-22',
    ];
    for (const text of [...texts, '123456789012345e22', '9007199254740991e22', '0.3e-22', `0.${'0'.repeat(30)}1`, '5e-324', '2e-324']) {
      expect([text, bitsOf(parsed(text))]).toEqual([text, bitsOf(Number(text))]);
    }
  });

  it('is any integer of 64 bits', () => {
    const any = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n }));
    fc.assert(
      fc.property(any, fc.constantFrom('', '000'), (value, zeros) => {
        const text = String(value).replace(/\d/, `${zeros}$&`);
        const parsed = new Int64();
        parsed.read(Buffer.from(text), 0, Buffer.byteLength(text));
        const given = new Int64();
        given.set(value);
        expect([text, bigintOf(parsed), bigintOf(given)]).toEqual([text, value, value]);
      }),
    );
  });
});
