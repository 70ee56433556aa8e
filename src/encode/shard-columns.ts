// Write rows into typed columns, for the files of a server's shards.
//
// What a row means is the same as in the line that would have been written of
// it, and so is every value: a float is the nearest double, as the server's
// parser reads it, an integer has all of its 64 bits, text is mended by the same
// rules and has no escapes.

import type { ByteWindow } from '../csv/byte-window.ts';
import { MAX_ROW_BYTES } from '../csv/row-scanner.ts';
import { SkeinError } from '../errors.ts';
import { eventIdColumn, type FieldType, type Layout, textKey } from '../movebank/layout.ts';
import { BooleanColumn } from '../tsm/boolean-column.ts';
import type { Column } from '../tsm/column.ts';
import { PointTable, type ShardPiece } from '../tsm/point-table.ts';
import { StringColumn } from '../tsm/string-column.ts';
import { FloatColumn, IntegerColumn } from '../tsm/wide-columns.ts';
import { decimalValue } from './decimal.ts';
import { Int64 } from './int64.ts';
import {
  DOUBLED_MISFIT,
  DOUBLED_TEXT,
  FALSE,
  FLOAT,
  INTEGER,
  LEFT_OUT,
  MISFIT,
  REWRITTEN_FLOAT,
  REWRITTEN_INTEGER,
  type Row,
  TEXT,
  TRUE,
} from './row.ts';
import type { RowWriter } from './row-writer.ts';
import type { SeriesHead } from './series.ts';
import { cleanName, StringFieldWriter } from './text.ts';

/** So many rows of a very long chunk are held at once. */
const MOST_ROWS = 1 << 18;

export class ShardWriter implements RowWriter {
  readonly mendedText: number[];

  readonly #table: PointTable;
  /** By column of the export: where its values go, and those that do not fit its type. */
  readonly #columns: readonly (Column | undefined)[];
  readonly #misfits: readonly (Column | undefined)[];
  /** By field of reference data. */
  readonly #attached: readonly Column[];
  readonly #eventIdColumn: number;
  readonly #int64 = new Int64();
  readonly #strings = new StringFieldWriter('bare');
  /** Room for one string. Pages never touched cost nothing. */
  readonly #text = Buffer.allocUnsafeSlow(3 * MAX_ROW_BYTES);
  readonly #layout: Layout;

  /** @param shardMs how long a shard is */
  constructor(layout: Layout, shardMs: number) {
    const byField = new Map<string, Column>();
    const columnFor = (key: string, type: FieldType | 'unknown'): Column => {
      const field = cleanName(key);
      const column = byField.get(field) ?? new CLASS_OF_TYPE[type]();
      byField.set(field, column);
      return column;
    };
    const fields = layout.columns.map((role) => (role.role === 'field' ? role : undefined));
    this.#columns = fields.map((field) => field && columnFor(field.key, field.type));
    this.#misfits = fields.map((field) => field && columnFor(textKey(field.key), 'text'));
    this.#attached = (layout.reference?.fields ?? []).map(({ key, type }) => columnFor(key, type));
    this.#table = new PointTable(
      Array.from(byField, ([field, column]) => ({ field, column })),
      shardMs,
    );
    this.#layout = layout;
    this.#eventIdColumn = eventIdColumn(layout);
    this.mendedText = new Array(layout.columns.length).fill(0);
  }

  get lines(): number {
    return this.#table.rowCount;
  }

  /** A chunk's rows stay together as far as they can, so that blocks are whole. */
  isFull(): boolean {
    return this.lines >= MOST_ROWS;
  }

  clear(): void {
    this.#table.clear();
    this.mendedText.fill(0);
  }

  write(row: Row, { key }: SeriesHead, source: ByteWindow): void {
    this.#add(row, this.#table.begin(key, row.timeMs), source, -1);
  }

  writeDecided(row: Row, series: SeriesHead, source: ByteWindow, eventId: bigint | undefined): void {
    if (eventId === undefined) {
      this.write(row, series, source);
      return;
    }
    const to = this.#table.begin(series.key, row.timeMs);
    this.#add(row, to, source, this.#eventIdColumn);
    this.#int64.set(eventId);
    (this.#columns[this.#eventIdColumn] as IntegerColumn).add(to, this.#int64.low, this.#int64.high);
  }

  /** A piece for each shard that rows were written of since `clear`, which must come next. */
  seal(): ShardPiece[] {
    return this.#table.seal();
  }

  /**
   * Add the values of `row` to the columns.
   *
   * Hot: once a row. What kind of value a column has is what the reader read it as.
   *
   * @param omit the column whose value is not written, -1 for none; one that does not fit is another field's
   */
  #add(row: Row, to: number, source: ByteWindow, omit: number): void {
    const { columns, kinds, starts, ends, count } = row;
    const all = this.#columns;
    const int64 = this.#int64;
    for (let i = 0; i < count; i++) {
      const kind = kinds[i]!;
      const column = columns[i]!;
      if (kind === LEFT_OUT || (column === omit && kind !== MISFIT && kind !== DOUBLED_MISFIT)) continue;
      const start = starts[i]!;
      const end = ends[i]!;
      switch (kind) {
        case FLOAT:
          (all[column] as FloatColumn).add(to, decimalValue(source.bytes, start, end));
          break;
        case INTEGER:
          int64.read(source.bytes, start, end);
          (all[column] as IntegerColumn).add(to, int64.low, int64.high);
          break;
        case TRUE:
          (all[column] as BooleanColumn).add(to, 1);
          break;
        case FALSE:
          (all[column] as BooleanColumn).add(to, 0);
          break;
        case REWRITTEN_FLOAT:
          (all[column] as FloatColumn).add(to, decimalValue(row.rewritten, start, end));
          break;
        case REWRITTEN_INTEGER:
          int64.read(row.rewritten, start, end);
          (all[column] as IntegerColumn).add(to, int64.low, int64.high);
          break;
        case TEXT:
        case DOUBLED_TEXT:
          this.#addText(all[column], column, to, source.bytes, start, end, kind === DOUBLED_TEXT);
          break;
        case MISFIT:
        case DOUBLED_MISFIT:
          this.#addText(this.#misfits[column], column, to, source.bytes, start, end, kind === DOUBLED_MISFIT);
          break;
      }
    }
    for (const one of row.attached?.values ?? []) {
      if (one.type === 'float') (this.#attached[one.field] as FloatColumn).add(to, one.value);
      else (this.#attached[one.field] as StringColumn).add(to, one.text, one.text.length);
    }
  }

  /** @throws SkeinError `usage` where text would go into a field of another type, which a server refuses line by line */
  #addText(target: Column | undefined, column: number, to: number, source: Uint8Array, start: number, end: number, isDoubled: boolean) {
    if (!(target instanceof StringColumn)) {
      const name = this.#layout.names[column];
      throw new SkeinError(
        'usage',
        `Values of ${name} that do not fit its type are kept as text in a field of their own, and the file has a column of that field's name with another type. Give one of them another name with --mapping.`,
      );
    }
    const length = this.#strings.write(source, start, end, isDoubled, this.#text, 0);
    if (this.#strings.changed) this.mendedText[column]!++;
    target.add(to, this.#text, length);
  }
}

const CLASS_OF_TYPE: Readonly<Record<FieldType | 'unknown', new () => Column>> = {
  float: FloatColumn,
  integer: IntegerColumn,
  boolean: BooleanColumn,
  text: StringColumn,
  // The reader takes it for text.
  unknown: StringColumn,
};
