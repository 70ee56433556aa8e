// Read a chunk once more and count what a server must hold of it: the worker half.

import { DecisionCursor, NOT_WRITTEN } from '../collisions/decision.ts';
import { ChunkRows, END, type RowSource } from '../csv/chunk-rows.ts';
import { type ByteWindow, ROW } from '../csv/row-scanner.ts';
import { LineWriter } from '../encode/line-protocol.ts';
import { DOUBLED_MISFIT, LEFT_OUT, MISFIT, type Row } from '../encode/row.ts';
import { RowReader, WRITE } from '../encode/row-reader.ts';
import type { SelectionOptions } from '../encode/selection.ts';
import { headOf } from '../encode/series.ts';
import type { Layout } from '../movebank/layout.ts';
import type { Chunk } from '../survey/survey.ts';
import { addPattern, type Expected, type ExpectedCell, lowestSamples, nothingExpected, SAMPLES } from './expected.ts';
import { FieldSlots } from './field-slots.ts';

export interface ExpectChunkTask {
  readonly chunk: Chunk;
  /** What becomes of its rows that share series and time with others, in file order. */
  readonly decisions: Uint8Array;
  /** File offsets of its rows that the server refused, rising. */
  readonly refused: Float64Array;
}

/** A row that is written. */
interface WrittenRow {
  readonly offset: number;
  readonly key: string;
  /** The event id that is written in place of its own. */
  readonly eventId: bigint | undefined;
}

export class ChunkExpecter {
  readonly #reader: RowReader;
  readonly #writer: LineWriter;
  readonly #slots: FieldSlots;
  #expected = nothingExpected();
  #highestRank = Number.POSITIVE_INFINITY;
  // The run that goes on: rows of one cell that have the same fields. Most rows
  // go on with the run of the row before, and cost no more than to see that.
  #cell: { readonly key: string; readonly fromMs: number; readonly toMs: number; readonly of: ExpectedCell } | undefined;
  /** Slots of its fields, the first `runFields` of these. */
  readonly #runSlots: Int32Array;
  #runFields = 0;
  #runRows = 0;

  /** @param fields the keys of all fields of the run */
  constructor(layout: Layout, selection: SelectionOptions, fields: readonly string[]) {
    this.#reader = new RowReader(layout, selection, Number.POSITIVE_INFINITY);
    this.#writer = new LineWriter(layout);
    this.#slots = new FieldSlots(layout, fields);
    this.#runSlots = new Int32Array(this.#slots.keys.length);
  }

  /** @param window has room for the chunk; nobody else uses it meanwhile */
  async expect(task: ExpectChunkTask, source: RowSource, window: ByteWindow): Promise<Expected> {
    const rows = new ChunkRows(source, this.#reader.cells, window);
    await rows.open(task.chunk.start, task.chunk.end);
    // From here on nothing waits, so the reader is this chunk's alone.
    this.#reader.beginChunk();
    const decisions = new DecisionCursor(task.decisions);
    const refused = new Set(task.refused);
    this.#expected = nothingExpected();
    this.#highestRank = Number.POSITIVE_INFINITY;
    this.#cell = undefined;
    this.#runFields = 0;
    const { row, series } = this.#reader;
    for (let outcome = rows.next(); outcome !== END; outcome = rows.next()) {
      if (outcome !== ROW || this.#reader.read(window, rows.rowStart, rows.rowEnd) !== WRITE) continue;
      const offset = rows.rowOffset;
      const { number, eventId } = offset === decisions.nextOffset ? decisions.take() : { number: 0, eventId: undefined };
      if (number === NOT_WRITTEN || refused.has(offset)) continue;
      const own = series.all[row.series]!;
      this.#count(row, window, { offset, key: number === 0 ? own.key : series.duplicateKey(own, number), eventId });
    }
    this.#endRun();
    return this.#expected;
  }

  #count(row: Row, window: ByteWindow, written: WrittenRow): void {
    this.#goOnInCell(written.key, row.timeMs);
    this.#goOnWithFields(row, written.eventId);
    this.#runRows++;
    this.#expected.points++;
    const rank = rankOf(written.offset);
    if (rank < this.#highestRank) this.#sample(row, window, written, rank);
  }

  /** Count the rows of the run. */
  #endRun(): void {
    if (this.#runRows === 0) return;
    const { of } = this.#cell!;
    const slots = this.#runSlots.subarray(0, this.#runFields);
    of.points += this.#runRows;
    for (const slot of slots) of.fields[slot]! += this.#runRows;
    addPattern(this.#expected, slots.toSorted().join(' '));
    this.#runRows = 0;
  }

  /** End the run if a point is of another cell. */
  #goOnInCell(key: string, timeMs: number): void {
    const last = this.#cell;
    if (last !== undefined && last.key === key && timeMs >= last.fromMs && timeMs < last.toMs) return;
    this.#endRun();
    const year = new Date(timeMs).getUTCFullYear();
    const name = `${year} ${key}`;
    const { cells } = this.#expected;
    const of = cells.get(name) ?? { series: key, year, points: 0, fields: new Uint32Array(this.#slots.keys.length) };
    cells.set(name, of);
    this.#cell = { key, fromMs: Date.UTC(year, 0), toMs: Date.UTC(year + 1, 0), of };
  }

  /** End the run if a point has other fields. Hot: once a point. */
  #goOnWithFields({ count, columns, kinds, attached }: Row, eventId: bigint | undefined): void {
    const { ofColumn, ofMisfits } = this.#slots;
    let fields = 0;
    for (let i = 0; i < count; i++) {
      const kind = kinds[i]!;
      if (kind === LEFT_OUT) continue;
      const slots = kind === MISFIT || kind === DOUBLED_MISFIT ? ofMisfits : ofColumn;
      this.#setField(fields++, slots[columns[i]!]!);
    }
    if (attached !== undefined) for (const { field } of attached.values) this.#setField(fields++, this.#slots.ofAttached[field]!);
    if (eventId !== undefined && !this.#runSlots.subarray(0, fields).includes(this.#slots.eventId))
      this.#setField(fields++, this.#slots.eventId);
    if (fields === this.#runFields) return;
    this.#endRun();
    this.#runFields = fields;
  }

  #setField(at: number, slot: number): void {
    if (this.#runSlots[at] === slot) return;
    this.#endRun();
    this.#runSlots[at] = slot;
  }

  #sample(row: Row, window: ByteWindow, { key, eventId }: WrittenRow, rank: number): void {
    const writer = this.#writer;
    writer.clear();
    writer.writeDecided(row, headOf(key), window, eventId);
    const line = Buffer.from(writer.target.subarray(0, writer.length - 1)).toString('utf8');
    this.#expected.samples.push({ rank, line });
    if (this.#expected.samples.length < 2 * SAMPLES) return;
    this.#expected.samples = lowestSamples(this.#expected.samples);
    this.#highestRank = this.#expected.samples.at(-1)!.rank;
  }
}

/** A number that looks random and that a row's place alone gives. */
function rankOf(offset: number): number {
  let mixed = Math.imul((offset % 2 ** 32) ^ Math.imul(Math.floor(offset / 2 ** 32) + 1, 0x9e3779b1), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
