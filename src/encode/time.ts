// Read a time from a cell's bytes as milliseconds since 1970-01-01T00:00:00Z.
//
// Movebank writes `yyyy-MM-dd HH:mm:ss.SSS` in UTC. The same reader takes `T`
// for the space, 0 to 9 decimals and `Z`, and for RFC 3339 an offset.

import type { TimeFormat } from '../movebank/layout.ts';

/** What InfluxDB can store, 1677-09-21T00:12:43.146Z to 2262-04-11T23:47:16.854Z, in ms. */
export const EARLIEST_MS = -9_223_372_036_854;
export const LATEST_MS = 9_223_372_036_854;

const SPACE = 32;
const PLUS = 43;
const MINUS = 45;
const POINT = 46;
const COLON = 58;
const UPPER_T = 84;
const UPPER_Z = 90;

const MS_PER_DAY = 86_400_000;
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** How many places the decimal point moves to make milliseconds of a unit. */
const UNIX_SHIFT: Readonly<Partial<Record<TimeFormat, number>>> = { 'unix-s': 3, 'unix-ms': 0, 'unix-us': -3, 'unix-ns': -6 };

export class TimeReader {
  /** The last time read had digits below a millisecond, other than zeros, which were cut off. */
  digitsCut = false;

  readonly #unixShift: number | undefined;
  readonly #withOffset: boolean;
  readonly #defaultOffsetMs: number;
  // Consecutive rows mostly share a day.
  #dayNumber = -1;
  #dayMs = 0;

  /** @param offsetMinutes what times without an offset of their own are ahead of UTC */
  constructor(format: TimeFormat, offsetMinutes: number) {
    this.#unixShift = UNIX_SHIFT[format];
    this.#withOffset = format === 'rfc3339';
    this.#defaultOffsetMs = offsetMinutes * 60_000;
  }

  /**
   * The time in `bytes[start, end)`, in ms, or NaN if it is none.
   *
   * Hot: once a row. No allocation.
   */
  read(bytes: Uint8Array, start: number, end: number): number {
    this.digitsCut = false;
    if (this.#unixShift !== undefined) return this.#readUnix(bytes, start, end, this.#unixShift);
    if (end - start < 19) return Number.NaN;
    if (bytes[start + 4] !== MINUS || bytes[start + 7] !== MINUS) return Number.NaN;
    if (bytes[start + 10] !== SPACE && bytes[start + 10] !== UPPER_T) return Number.NaN;
    if (bytes[start + 13] !== COLON || bytes[start + 16] !== COLON) return Number.NaN;
    const year = twoDigits(bytes, start) * 100 + twoDigits(bytes, start + 2);
    const month = twoDigits(bytes, start + 5);
    const day = twoDigits(bytes, start + 8);
    const hour = twoDigits(bytes, start + 11);
    const minute = twoDigits(bytes, start + 14);
    const second = twoDigits(bytes, start + 17);
    // A NaN from a byte that is no digit fails every comparison.
    if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1 && hour <= 23 && minute <= 59 && second <= 59)) return Number.NaN;

    const dayNumber = (year * 12 + month) * 31 + day;
    if (dayNumber !== this.#dayNumber) {
      const isLeapDay = month === 2 && day === 29 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
      if (day > DAYS_IN_MONTH[month - 1]! && !isLeapDay) return Number.NaN;
      this.#dayNumber = dayNumber;
      this.#dayMs = daysSince1970(year, month, day) * MS_PER_DAY;
    }

    let at = start + 19;
    let ms = 0;
    if (at < end && bytes[at] === POINT) {
      const decimals = ++at;
      for (; at < end; at++) {
        const digit = bytes[at]! - 48;
        if (digit >>> 0 > 9) break;
        const place = at - decimals;
        if (place === 0) ms = digit * 100;
        else if (place === 1) ms += digit * 10;
        else if (place === 2) ms += digit;
        else if (digit !== 0) this.digitsCut = true;
      }
      if (at === decimals || at - decimals > 9) return Number.NaN;
    }
    let offsetMs = this.#defaultOffsetMs;
    if (at < end) {
      offsetMs = this.#readZone(bytes, at, end);
      if (Number.isNaN(offsetMs)) return Number.NaN;
    }
    return this.#dayMs + ((hour * 60 + minute) * 60 + second) * 1000 + ms - offsetMs;
  }

  #readZone(bytes: Uint8Array, at: number, end: number): number {
    if (bytes[at] === UPPER_Z) return at + 1 === end ? 0 : Number.NaN;
    const sign = bytes[at] === PLUS ? 1 : bytes[at] === MINUS ? -1 : Number.NaN;
    if (!this.#withOffset || end - at !== 6 || bytes[at + 3] !== COLON) return Number.NaN;
    const hours = twoDigits(bytes, at + 1);
    const minutes = twoDigits(bytes, at + 4);
    return hours <= 23 && minutes <= 59 ? sign * (hours * 60 + minutes) * 60_000 : Number.NaN;
  }

  /** `-?digits(.digits)?` in a unit that is `shift` decimal places from milliseconds. */
  #readUnix(bytes: Uint8Array, start: number, end: number, shift: number): number {
    const negative = bytes[start] === MINUS;
    const first = negative ? start + 1 : start;
    let point = first;
    while (point < end && bytes[point] !== POINT) point++;
    if (point === first || point === end - 1) return Number.NaN;
    let ms = 0;
    for (let at = first; at < end; at++) {
      if (at === point) continue;
      const digit = bytes[at]! - 48;
      if (digit >>> 0 > 9) return Number.NaN;
      // Places before the point, counted after it moved, are whole milliseconds.
      const place = (at < point ? point - at : point - at + 1) + shift;
      if (place > 0) ms = ms * 10 + digit;
      else if (digit !== 0) this.digitsCut = true;
    }
    const decimals = point === end ? 0 : end - point - 1;
    for (let missing = decimals; missing < shift; missing++) ms *= 10;
    return negative ? -ms : ms;
  }
}

/** The two digits at `at` as a number, NaN if one is none. */
function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - 48;
  const ones = bytes[at + 1]! - 48;
  return tens >>> 0 <= 9 && ones >>> 0 <= 9 ? tens * 10 + ones : Number.NaN;
}

/** Days from 1970-01-01 in the proleptic Gregorian calendar. Counts in eras of 400 years from March. */
function daysSince1970(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
