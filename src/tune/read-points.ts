// The points of an export in memory, as a load writes them.
//
// Bad rows are passed over, and so are rows of a series and time that an earlier
// row has. Runs on the main thread, over as much as a trial needs.

import { ByteWindow } from '../csv/byte-window.ts';
import { ChunkRows, END, type RowSource, windowBytes } from '../csv/chunk-rows.ts';
import { type Header, readHeader } from '../csv/header.ts';
import { ROW } from '../csv/row-scanner.ts';
import { LineWriter } from '../encode/line-protocol.ts';
import { DOUBLED_MISFIT, LEFT_OUT, MISFIT, type Row } from '../encode/row.ts';
import { RowReader, WRITE } from '../encode/row-reader.ts';
import { EVERY_ROW } from '../encode/selection.ts';
import type { SeriesHead } from '../encode/series.ts';
import { EVENT_ID_KEY, type Layout, layOut } from '../movebank/layout.ts';
import { resolveLayouts } from '../survey/resolve.ts';
import { ChunkSurveyor } from '../survey/survey-chunk.ts';
import type { PointLines } from './trial-points.ts';

const CHUNK_BYTES = 4 << 20;
const LF = 10;

/**
 * Read up to `mostLines` points of an export.
 *
 * @param csv header and rows; what follows the last line feed is left out
 * @param known what its columns become; default: what the rules for Movebank say
 * @returns the points, or in words why there are none
 */
export async function readPoints(csv: Uint8Array, mostLines: number, known?: Layout): Promise<PointLines | string> {
  const whole = csv.subarray(0, csv.lastIndexOf(LF) + 1);
  const header = readHeader(whole, true);
  if (typeof header === 'string') return `${header}.`;
  const laidOut = known ?? layOut(header.names, header.delimiter);
  if (typeof laidOut === 'string') return laidOut;
  const source = sourceOf(whole);
  const window = new ByteWindow(windowBytes(CHUNK_BYTES));
  const layout = await settled(laidOut, header, source, window);

  const reader = new RowReader(layout, EVERY_ROW, Number.POSITIVE_INFINITY);
  const lines = new LineCollector(layout);
  for (let at = header.end; at < source.end && lines.count < mostLines; ) {
    const rows = new ChunkRows(source, reader.cells, window);
    await rows.open(at, at + CHUNK_BYTES);
    for (let outcome = rows.next(); outcome !== END && lines.count < mostLines; outcome = rows.next()) {
      if (outcome !== ROW || reader.read(window, rows.rowStart, rows.rowEnd) !== WRITE) continue;
      const series = reader.series.all[reader.row.series];
      if (series !== undefined) lines.add(reader.row, series, window);
    }
    at = rows.nextOffset;
  }
  return lines.count === 0 ? 'has no row at its beginning that can be loaded.' : lines.take();
}

/** The layout with the types that this much of the export shows. */
async function settled(layout: Layout, header: Header, source: RowSource, window: ByteWindow): Promise<Layout> {
  const surveyor = await ChunkSurveyor.prepare(layout, EVERY_ROW, Number.POSITIVE_INFINITY);
  const evidence = new Uint8Array(header.names.length);
  for (let at = header.end; at < source.end; ) {
    const { span, summary } = await surveyor.survey({ start: at, end: at + CHUNK_BYTES, guess: false }, source, window);
    for (const [column, saw] of summary.evidence.entries()) evidence[column] = (evidence[column] ?? 0) | saw;
    at = span.next;
  }
  const [resolved] = resolveLayouts([{ layout, columns: [...layout.columns.keys()], evidence }]);
  return resolved?.layout ?? layout;
}

function sourceOf(bytes: Uint8Array): RowSource {
  const readSync = (target: Uint8Array, position: number): void => target.set(bytes.subarray(position, position + target.length));
  return { start: 0, end: bytes.length, readSync, read: async (target, position) => readSync(target, position) };
}

class LineCollector {
  readonly #layout: Layout;
  readonly #writer: LineWriter;
  readonly #pieces: Buffer[] = [];
  readonly #ends: number[] = [];
  readonly #times: number[] = [];
  /** Of the pieces. */
  #length = 0;
  /** Times by series, to find those that it has twice. */
  readonly #seen = new Map<number, Set<number>>();
  /** How many points have a value in each column that fits its type. */
  readonly #values: number[];

  constructor(layout: Layout) {
    this.#layout = layout;
    this.#writer = new LineWriter(layout);
    this.#values = layout.columns.map(() => 0);
  }

  get count(): number {
    return this.#ends.length;
  }

  add(row: Row, series: SeriesHead, window: ByteWindow): void {
    const seen = this.#seen.get(row.series) ?? new Set();
    this.#seen.set(row.series, seen);
    if (seen.has(row.timeMs)) return;
    seen.add(row.timeMs);
    this.#writer.write(row, series, window);
    this.#ends.push(this.#length + this.#writer.length);
    this.#times.push(row.timeMs);
    for (let i = 0; i < row.count; i++) {
      const kind = row.kinds[i] ?? LEFT_OUT;
      const column = row.columns[i] ?? -1;
      if (![LEFT_OUT, MISFIT, DOUBLED_MISFIT].includes(kind)) this.#values[column] = (this.#values[column] ?? 0) + 1;
    }
    if (this.#writer.isFull(Number.POSITIVE_INFINITY)) this.#cut();
  }

  take(): PointLines {
    this.#cut();
    const inAll = this.#layout.columns.flatMap((role, column) =>
      role.role === 'field' && this.#values[column] === this.count ? [role.key] : [],
    );
    return {
      measurement: this.#layout.measurement,
      countedBy: inAll.find((key) => key === EVENT_ID_KEY) ?? inAll[0],
      firstMs: this.#times.reduce((first, ms) => Math.min(first, ms), Number.POSITIVE_INFINITY),
      lastMs: this.#times.reduce((last, ms) => Math.max(last, ms), Number.NEGATIVE_INFINITY),
      bytes: Buffer.concat(this.#pieces),
      ends: this.#ends,
      times: this.#times,
    };
  }

  #cut(): void {
    const { target, length } = this.#writer;
    this.#pieces.push(Buffer.from(target.subarray(0, length)));
    this.#length += length;
    this.#writer.clear();
  }
}
