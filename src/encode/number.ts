// Tell from a cell's bytes whether it is a number, and of which form.
//
// Numbers are copied as they were written, never parsed and printed again, so
// most cells need a look and no value.

import { DECIMAL_NUMBER, WHOLE_NUMBER } from '../csv/cells.ts';

/** No number, or one that no double holds. */
export const NOT_A_NUMBER = 0;
/** `-?digits`, finite. */
export const INTEGER_FORM = 1;
/** `-?digits.digits`, finite. */
export const DECIMAL_FORM = 2;
/** A number that line protocol does not take as it stands: `.5`, `5.`, `+5`. */
export const LOOSE_FORM = 3;
/** `-?digits(.digits)?e[+-]?digits`, finite. */
export const EXPONENT_FORM = 4;
export type NumberForm = 0 | 1 | 2 | 3 | 4;

const PLUS = 43;
const MINUS = 45;
const POINT = 46;
/** A number begins with no byte above this. */
const NINE = 57;
const LOWER_E = 101;
/** No number of fewer characters, without an exponent, is too large for a double. */
const SURELY_FINITE_CHARS = 300;

/**
 * The form of the cell `bytes[start, end)`, which the scanner saw on its way for the most part.
 *
 * Hot: once a number.
 *
 * @param flags the cell's
 */
export function formOf(bytes: Uint8Array, start: number, end: number, flags: number): NumberForm {
  if ((flags & (WHOLE_NUMBER | DECIMAL_NUMBER)) === 0 || end - start > SURELY_FINITE_CHARS) {
    return bytes[start]! > NINE ? NOT_A_NUMBER : numberForm(bytes, start, end);
  }
  return (flags & WHOLE_NUMBER) !== 0 ? INTEGER_FORM : DECIMAL_FORM;
}

/**
 * The form of `bytes[start, end)`.
 *
 * Hot: once a number of an unusual form. No allocation, unless there is an exponent.
 */
export function numberForm(bytes: Uint8Array, start: number, end: number): NumberForm {
  let at = start;
  let loose = false;
  if (at < end) {
    const sign = bytes[at]!;
    if (sign === MINUS) at++;
    else if (sign === PLUS) {
      at++;
      loose = true;
    }
  }
  const whole = at;
  while (at < end && (bytes[at]! - 48) >>> 0 <= 9) at++;
  const wholeDigits = at - whole;
  if (at === end) {
    if (wholeDigits === 0 || isTooLarge(bytes, start, end)) return NOT_A_NUMBER;
    return loose ? LOOSE_FORM : INTEGER_FORM;
  }
  let fractionDigits = 0;
  if (bytes[at] === POINT) {
    const fraction = ++at;
    while (at < end && (bytes[at]! - 48) >>> 0 <= 9) at++;
    fractionDigits = at - fraction;
    if (wholeDigits === 0 || fractionDigits === 0) loose = true;
  }
  if (wholeDigits + fractionDigits === 0) return NOT_A_NUMBER;
  if (at === end) {
    if (isTooLarge(bytes, start, end)) return NOT_A_NUMBER;
    return loose ? LOOSE_FORM : DECIMAL_FORM;
  }
  if ((bytes[at]! | 0x20) !== LOWER_E) return NOT_A_NUMBER;
  at++;
  if (at < end && (bytes[at] === PLUS || bytes[at] === MINUS)) at++;
  const exponent = at;
  while (at < end && (bytes[at]! - 48) >>> 0 <= 9) at++;
  if (at < end || at === exponent || !isFiniteNumber(bytes, start, end)) return NOT_A_NUMBER;
  return loose ? LOOSE_FORM : EXPONENT_FORM;
}

/** Whether no double holds a number without an exponent. */
function isTooLarge(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start > SURELY_FINITE_CHARS && !isFiniteNumber(bytes, start, end);
}

function isFiniteNumber(bytes: Uint8Array, start: number, end: number): boolean {
  return Number.isFinite(Number(asciiText(bytes, start, end)));
}

/** The bytes as text, one character each. For the rare cells that need a string. */
export function asciiText(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}

const SMALLEST_INT64 = -(2n ** 63n);
const LARGEST_INT64 = 2n ** 63n - 1n;
/** An integer of this many digits always fits 64 bits. */
const SURELY_INT64_DIGITS = 18;

/** Whether an INTEGER_FORM cell fits 64 bits. Hot: once an integer. */
export function fitsInt64(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start <= SURELY_INT64_DIGITS) return true;
  const value = BigInt(asciiText(bytes, start, Math.min(end, start + 400)));
  return end - start <= 400 && value >= SMALLEST_INT64 && value <= LARGEST_INT64;
}

/** A LOOSE_FORM number as line protocol takes it. */
export function tightenNumber(text: string): string {
  return text
    .replace(/^\+/, '')
    .replace(/^(-?)\./, '$10.')
    .replace(/\.(?=e|$)/i, '.0');
}

/** The 64-bit integer that a decimal or exponent form stands for (`5.0`, `1.5e3`), or undefined. */
export function integerOf(text: string): string | undefined {
  const parts = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d{1,5}))?$/i.exec(text);
  if (parts === null || text.length > 400) return undefined;
  const [, sign, whole, fraction, exponent] = parts;
  const digits = `${whole}${fraction}`;
  const shift = Number(exponent ?? 0) - fraction!.length;
  if (/^0*$/.test(digits)) return digits === '' ? undefined : '0';
  if (shift > 30 || shift < -digits.length) return undefined;
  if (shift < 0 && !/^0*$/.test(digits.slice(shift))) return undefined;
  const magnitude = shift < 0 ? BigInt(digits.slice(0, shift) || '0') : BigInt(digits) * 10n ** BigInt(shift);
  const value = sign === '-' ? -magnitude : magnitude;
  return value >= SMALLEST_INT64 && value <= LARGEST_INT64 ? String(value) : undefined;
}
