// Read a chunk once more and count what a server must hold of it: the worker half.
// A load counts that while it reads; this is for what an earlier run has loaded.

import { DecisionCursor, NOT_WRITTEN } from '../collisions/decision.ts';
import type { ByteWindow } from '../csv/byte-window.ts';
import { ChunkRows, END, type RowSource } from '../csv/chunk-rows.ts';
import { ROW } from '../csv/row-scanner.ts';
import { LineWriter } from '../encode/line-protocol.ts';
import { RowReader, WRITE } from '../encode/row-reader.ts';
import type { SelectionOptions } from '../encode/selection.ts';
import type { Layout } from '../movebank/layout.ts';
import type { Chunk } from '../survey/survey.ts';
import type { Expected } from './expected.ts';
import { FieldSlots } from './field-slots.ts';
import { PointTally } from './point-tally.ts';

export interface ExpectChunkTask {
  readonly chunk: Chunk;
  /** What becomes of its rows that share series and time with others, in file order. */
  readonly decisions: Uint8Array;
  /** File offsets of its rows that the server refused, rising. */
  readonly refused: Float64Array;
}

export class ChunkExpecter {
  readonly #reader: RowReader;
  readonly #writer: LineWriter;
  readonly #slots: FieldSlots;

  /** @param fields the keys of all fields of the run */
  constructor(layout: Layout, selection: SelectionOptions, fields: readonly string[]) {
    this.#reader = new RowReader(layout, selection, Number.POSITIVE_INFINITY);
    this.#writer = new LineWriter(layout);
    this.#slots = new FieldSlots(layout, fields);
  }

  /** @param window has room for the chunk; nobody else uses it meanwhile */
  async expect(task: ExpectChunkTask, source: RowSource, window: ByteWindow): Promise<Expected> {
    const rows = new ChunkRows(source, this.#reader.cells, window);
    await rows.open(task.chunk.start, task.chunk.end);
    // From here on nothing waits, so the reader is this chunk's alone.
    this.#reader.beginChunk();
    const decisions = new DecisionCursor(task.decisions);
    const refused = new Set(task.refused);
    const tally = new PointTally(this.#slots, this.#writer);
    const { row, series } = this.#reader;
    for (let outcome = rows.next(); outcome !== END; outcome = rows.next()) {
      if (outcome !== ROW || this.#reader.read(window, rows.rowStart, rows.rowEnd) !== WRITE) continue;
      const offset = rows.rowOffset;
      const { number, eventId } = offset === decisions.nextOffset ? decisions.take() : { number: 0, eventId: undefined };
      if (number === NOT_WRITTEN || refused.has(offset)) continue;
      const own = series.all[row.series]!;
      tally.add(row, window, offset, number === 0 ? own.key : series.duplicateKey(own, number), eventId);
    }
    return tally.take();
  }
}
