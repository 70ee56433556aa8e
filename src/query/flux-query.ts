// The queries: one file of Flux each in flux/, the single source of `skein query`
// and of the Grafana dashboard.
//
// A file begins with a comment, whose first sentence says what the query finds, and
// which may name the columns of its rows in their order after `Columns:`. Its
// settings are options of Flux. What all queries have in common is prelude.flux.
// Grafana gets the text as it is; `skein query` puts values where Grafana would.

import { readdirSync, readFileSync } from 'node:fs';

/** Beside the sources: the compiler copies no Flux. */
const FOLDER = new URL(import.meta.url.endsWith('.ts') ? 'flux/' : '../../../src/query/flux/', import.meta.url);
const PRELUDE = 'prelude';

/** The names of all queries, in alphabetical order. */
export function queryNames(): string[] {
  const names = readdirSync(FOLDER).map((file) => file.replace(/\.flux$/, ''));
  return names.filter((name) => name !== PRELUDE).sort();
}

/** What the query finds, in one sentence. */
export function queryTitle(name: string): string {
  return comment(name).replace(/(?<=\.) .*$/, '');
}

/** The columns of its rows, in their order; empty where the file does not say. */
export function queryColumns(name: string): string[] {
  return (
    /Columns: ([^.]*)\./
      .exec(comment(name))?.[1]
      ?.split(/[,;] /)
      .map((column) => column.replaceAll('`', '')) ?? []
  );
}

/** Its settings with their values, as Flux writes them. */
export function querySettings(name: string): Map<string, string> {
  return new Map(Array.from(readFlux(name).matchAll(/^option (\w+) = (.*)$/gm), ([, setting = '', value = '']) => [setting, value]));
}

/** Whether the query looks at windows of time. */
export function hasWindows(name: string): boolean {
  return readFlux(name).includes('v.windowPeriod');
}

/** Whether the query says itself over what time it goes, as one does that is not about the animals' fixes. */
export function hasOwnRange(name: string): boolean {
  return readFlux(name).includes('from(bucket: ');
}

/** The whole query, as Grafana takes it: imports, prelude, then what is its own. */
export function queryText(name: string): string {
  const lines = [PRELUDE, name].map((file) => readFlux(file).split('\n'));
  const imports = new Set(lines.flat().filter(isImport));
  return [...imports, ...lines.flatMap((own) => own.filter((line) => !isImport(line)))].join('\n');
}

function comment(name: string): string {
  const [lines = ''] = readFlux(name).split('\n\n');
  return lines.replaceAll(/^\/\/ ?/gm, '').replaceAll('\n', ' ');
}

function isImport(line: string): boolean {
  return line.startsWith('import ');
}

function readFlux(name: string): string {
  return readFileSync(new URL(`${name}.flux`, FOLDER), 'utf8');
}
