// What the summaries of several commands have in common.

import { relative } from 'node:path';
import { count, counted } from '../counted.ts';
import type { RequestCounts } from '../destination/run-gauge.ts';
import { areBalanced, type Books } from '../load/books.ts';
import { printable } from './words.ts';

/** The books, an entry a line: the first is the sum of the others. */
export function account(books: Books, entries: readonly (readonly [name: string, value: number, remark?: string])[]): string[] {
  const width = Math.max(...entries.map(([, value]) => count(value).length));
  const lines = entries.map(([name, value, remark = ''], i) => {
    const sign = [' ', '='][i] ?? '+';
    return `  ${sign} ${name.padEnd(10)} ${count(value).padStart(width)}${remark === '' ? '' : `   ${remark}`}`;
  });
  return [...lines, areBalanced(books) ? '  The books balance.' : '  THE BOOKS DO NOT BALANCE.'];
}

/** How it went with a server: nothing where nothing was sent again or held back. */
export function sending(
  { sent, triedAgain, inFlightLimit, halvings }: RequestCounts,
  { rateLimit }: { readonly rateLimit?: number },
): string[] {
  const words = [
    ...(triedAgain > 0 ? [`${counted(sent, 'request')}, ${count(triedAgain)} of them to send something again`] : []),
    ...(halvings > 0 ? [`${count(inFlightLimit)} in flight at most in the end, halved ${counted(halvings, 'time')} by overload`] : []),
    ...(rateLimit === undefined ? [] : [`at most ${count(rateLimit)} points/s`]),
  ];
  return words.length === 0 ? [] : [words.join('; ')];
}

/** Nothing where there are no lines. */
export function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

/** A path as the user would type it. */
export function shownPath(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return printable(fromHere === '' ? '.' : fromHere.startsWith('..') ? path : fromHere);
}

/** Seconds, to the millisecond. */
export function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
