// The rows of a query as CSV and as JSON, while they arrive.

import type { ResultRow } from '../query/start-query.ts';
import { jsonText } from './words.ts';

/** With a line of names above the rows of each result, and an empty line between two results. */
export async function* csvText(rows: AsyncIterable<ResultRow>): AsyncGenerator<string> {
  let header: string | undefined;
  for await (const { result, columns, values } of rows) {
    const own = JSON.stringify([result, columns]);
    if (own !== header) yield `${header === undefined ? '' : '\n'}${csvLine(columns)}`;
    header = own;
    yield csvLine(values);
  }
}

/** One object: by the name of each result an array of rows, each an object on a line of its own. */
export async function* jsonLines(rows: AsyncIterable<ResultRow>): AsyncGenerator<string> {
  let open: string | undefined;
  yield '{';
  for await (const { result, columns, values } of rows) {
    if (result === open) yield ',';
    else yield `${open === undefined ? '' : '\n  ],'}\n  ${jsonText(result)}: [`;
    open = result;
    yield `\n    ${jsonText(Object.fromEntries(columns.map((column, i) => [column, values[i]])), 0)}`;
  }
  yield `${open === undefined ? '' : '\n  ]\n'}}\n`;
}

function csvLine(cells: readonly unknown[]): string {
  const texts = cells.map((cell) => String(cell ?? ''));
  return `${texts.map((text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)).join(',')}\n`;
}
