// Read a chunk once more and note its suspect rows: the worker half.

import { createHash } from 'node:crypto';
import type { ByteWindow } from '../csv/byte-window.ts';
import { ChunkRows, END, type RowSource } from '../csv/chunk-rows.ts';
import { ROW } from '../csv/row-scanner.ts';
import { FieldSetWriter } from '../encode/field-set.ts';
import { LINE_ROOM } from '../encode/line-protocol.ts';
import { asciiText } from '../encode/number.ts';
import { INTEGER, REWRITTEN_INTEGER, type Row } from '../encode/row.ts';
import { FILTERED, REJECTED, RowReader } from '../encode/row-reader.ts';
import type { SelectionOptions } from '../encode/selection.ts';
import { eventIdColumn, type Layout } from '../movebank/layout.ts';
import type { Chunk } from '../survey/survey.ts';
import { partitionOf, putSighting, SIGHTING_BYTES } from './sighting.ts';
import { type PartitionBytes, Partitioner } from './spool.ts';
import { type SharedSuspects, Suspects } from './suspects.ts';

export class SuspectCollector {
  readonly #reader: RowReader;
  readonly #fields: FieldSetWriter;
  readonly #eventIdColumn: number;
  readonly #suspects: Suspects;
  readonly #partitions: number;
  /** By the reader's series: its number among the suspects. */
  readonly #suspectOf: number[] = [];

  /**
   * @param layout all types settled
   * @param partitions rows that share series and time go to the same of these
   */
  constructor(layout: Layout, selection: SelectionOptions, suspects: SharedSuspects, partitions: number) {
    this.#reader = new RowReader(layout, selection, Number.POSITIVE_INFINITY);
    this.#fields = new FieldSetWriter(layout, LINE_ROOM);
    this.#eventIdColumn = eventIdColumn(layout);
    this.#suspects = new Suspects(suspects);
    this.#partitions = partitions;
  }

  /**
   * Note the suspect rows that begin in `chunk`, in their order.
   *
   * @param window has room for the chunk; nobody else uses it meanwhile
   */
  async collect(chunk: Chunk, source: RowSource, window: ByteWindow): Promise<PartitionBytes[]> {
    const rows = new ChunkRows(source, this.#reader.cells, window);
    await rows.open(chunk.start, chunk.end);
    // From here on nothing waits, so the reader is this chunk's alone.
    if (this.#reader.beginChunk()) this.#suspectOf.length = 0;
    const { row } = this.#reader;
    const found = new Partitioner(SIGHTING_BYTES);
    for (let outcome = rows.next(); outcome !== END; outcome = rows.next()) {
      if (outcome !== ROW) continue;
      const verdict = this.#reader.read(window, rows.rowStart, rows.rowEnd);
      if (verdict >= REJECTED) continue;
      const suspect = this.#find(row.series);
      if (suspect < 0 || !this.#suspects.holds(suspect, row.timeMs)) continue;
      const series = this.#suspects.hash(suspect);
      putSighting(found.next(partitionOf(series, row.timeMs, this.#partitions)), {
        series,
        timeMs: row.timeMs,
        offset: rows.rowOffset,
        content: this.#contentOf(row, window),
        eventId: this.#eventIdOf(row, window),
        isFiltered: verdict === FILTERED,
      });
    }
    return found.take();
  }

  #find(series: number): number {
    this.#suspectOf[series] ??= this.#suspects.find(this.#reader.series.all[series]!.key);
    return this.#suspectOf[series];
  }

  #contentOf(row: Row, window: ByteWindow): Uint8Array {
    const end = this.#fields.write(row, window, 0, this.#eventIdColumn);
    return createHash('sha256').update(this.#fields.target.subarray(0, end)).digest();
  }

  #eventIdOf(row: Row, window: ByteWindow): bigint | undefined {
    for (let i = 0; i < row.count; i++) {
      if (row.columns[i] !== this.#eventIdColumn) continue;
      if (row.kinds[i] === INTEGER) return BigInt(asciiText(window.bytes, row.starts[i]!, row.ends[i]!));
      if (row.kinds[i] === REWRITTEN_INTEGER) return BigInt(asciiText(row.rewritten, row.starts[i]!, row.ends[i]!));
    }
    return undefined;
  }
}
