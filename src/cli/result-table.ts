// The rows of a query as a table, while they arrive.
//
// The first few hundred rows of a result decide how wide its columns are, so
// memory is bounded however many there are. Where a terminal is too narrow, text is
// cut; numbers and times never are.

import type { ResultRow, Value } from '../query/start-query.ts';
import { characters, fit, type TableColumn, tableLine } from './table.ts';
import { instant, printable } from './words.ts';

const SAMPLE_ROWS = 500;
const DECIMALS = 4;
/** What the columns are called here: their own names are longer than what they hold. */
const LABELS: Readonly<Record<string, string>> = {
  individual_local_identifier: 'individual',
  individual_taxon_canonical_name: 'taxon',
  study_name: 'study',
};
const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** @param width characters in a line of the terminal; Infinity where there is none */
export async function* tableText(rows: AsyncIterable<ResultRow>, width: number): AsyncGenerator<string> {
  const tables = new Tables(width);
  for await (const row of rows) yield* tables.add(row);
  yield* tables.end();
  if (!tables.begun) yield 'No rows.\n';
}

/** Lines of one table after the other; a row of another result or with other columns begins a new one. */
class Tables {
  readonly #width: number;
  /** Whether there was a table. */
  begun = false;
  /** Of the table under way. */
  #first: ResultRow | undefined;
  /** Rows that wait for the layout. */
  #sample: ResultRow[] = [];
  #layout: Column[] | undefined;

  constructor(width: number) {
    this.#width = width;
  }

  *add(row: ResultRow): Generator<string> {
    if (this.#first !== undefined && !isSameTable(row, this.#first)) yield* this.end();
    this.#first ??= row;
    if (this.#layout !== undefined) yield rowLine(this.#layout, row);
    else if (this.#sample.push(row) === SAMPLE_ROWS) yield* this.#begin(this.#first);
  }

  /** End the table under way. */
  *end(): Generator<string> {
    if (this.#first !== undefined && this.#layout === undefined) yield* this.#begin(this.#first);
    this.#first = undefined;
    this.#layout = undefined;
  }

  *#begin({ columns }: ResultRow): Generator<string> {
    const layout = layOut(columns, this.#sample, this.#width);
    if (this.begun) yield '\n';
    this.begun = true;
    yield line(layout, columns.map(label));
    for (const row of this.#sample) yield rowLine(layout, row);
    this.#sample = [];
    this.#layout = layout;
  }
}

interface Column extends TableColumn {
  /** Digits after the point; undefined where all numbers are whole. */
  readonly decimals: number | undefined;
}

function layOut(columns: readonly string[], sample: readonly ResultRow[], width: number): Column[] {
  const layout = columns.map((name, i) => {
    const values = sample.map((row) => row.values[i]);
    const decimals = values.some((value) => typeof value === 'number' && !Number.isInteger(value)) ? DECIMALS : undefined;
    const widths = [label(name), ...values.map((value) => shownValue(value, decimals))].map((text) => characters(text).length);
    return {
      isText: values.some((value) => typeof value === 'string' && !TIME.test(value)),
      decimals,
      width: widths.reduce((most, one) => Math.max(most, one), 0),
    };
  });
  fit(layout, width);
  return layout;
}

function rowLine(layout: readonly Column[], { values }: ResultRow): string {
  return line(
    layout,
    layout.map(({ decimals }, i) => shownValue(values[i], decimals)),
  );
}

function line(layout: readonly Column[], cells: readonly string[]): string {
  return `${tableLine(layout, cells)}\n`;
}

function shownValue(value: Value | undefined, decimals: number | undefined): string {
  if (typeof value === 'number') return decimals === undefined ? String(value) : value.toFixed(decimals);
  if (typeof value === 'string' && TIME.test(value)) return instant(Date.parse(value));
  return printable(String(value ?? ''));
}

function label(column: string): string {
  return printable(LABELS[column] ?? column);
}

function isSameTable(a: ResultRow, b: ResultRow): boolean {
  return a.result === b.result && (a.columns === b.columns || String(a.columns) === String(b.columns));
}
