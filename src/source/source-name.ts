// What a source is called: by the user, to people, and in the name of what is made from it.

import { basename, resolve } from 'node:path';
import { SkeinError } from '../errors.ts';

/** On the command line: read standard input. */
export const STANDARD_INPUT = '-';
/** More than these are counted where there is one line for all. */
const MOST_NAMES = 3;

export function isUrl(source: string): boolean {
  return /^https?:\/\//i.test(source);
}

/** The source in words. A URL goes without its query and fragment, where secrets may be. */
export function sourceName(source: string): string {
  if (source === STANDARD_INPUT) return 'standard input';
  return isUrl(source) ? source.replace(/[?#].*$/s, '') : source;
}

/** The source's own name, without folders and what says how it is packed: `export` for `data/export.csv.gz`. */
export function stemOf(source: string): string {
  if (source === STANDARD_INPUT) return 'stdin';
  const { hostname, pathname } = isUrl(source) && URL.canParse(source) ? new URL(source) : { hostname: '', pathname: resolve(source) };
  return basename(pathname).replace(/(\.csv)?(\.gz|\.zip)?$/i, '') || hostname;
}

/** @throws SkeinError `usage` when it cannot be used; it does not repeat credentials */
export function checkUrl(text: string): URL {
  if (!URL.canParse(text)) throw new SkeinError('usage', 'The URL cannot be read. Check its spelling.');
  const url = new URL(text);
  if (url.username === '' && url.password === '') return url;
  throw new SkeinError(
    'usage',
    'Credentials do not belong into a URL, where others can read them. Put them into SKEIN_SOURCE_TOKEN: user:password, or a token.',
  );
}

/** By path: what is enough to tell it from the others, its last part if that is. */
export function shortNames(paths: readonly string[]): Map<string, string> {
  const counts = new Map<string, number>();
  for (const path of new Set(paths)) counts.set(lastPart(path), (counts.get(lastPart(path)) ?? 0) + 1);
  return new Map(paths.map((path) => [path, counts.get(lastPart(path)) === 1 ? lastPart(path) : path]));
}

/** What is loaded together, on one line. */
export function runName(paths: readonly string[]): string {
  const names = paths.map(lastPart);
  return names.length <= MOST_NAMES ? names.join(', ') : `${names[0]} and ${names.length - 1} more`;
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1) || path;
}
