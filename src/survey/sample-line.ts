// One row of a file as it is written, to show what a mapping makes of it.

import { ByteWindow } from '../csv/byte-window.ts';
import { ChunkRows, END, type RowSource, windowBytes } from '../csv/chunk-rows.ts';
import { ROW } from '../csv/row-scanner.ts';
import { LineWriter } from '../encode/line-protocol.ts';
import { RowReader, WRITE } from '../encode/row-reader.ts';
import { EVERY_ROW } from '../encode/selection.ts';
import type { Layout } from '../movebank/layout.ts';
import type { LaidOutSource } from './lay-out-sources.ts';
import { type Chunk, type Survey, sourceOf } from './survey.ts';

/** How far into a chunk is looked for a row with a location. */
const LOOKED_AT_BYTES = 1 << 18;

/**
 * The line of the first row that is written as it stands, without its line feed; of the first with a location, if there
 * is one near.
 *
 * @param decidedOffsets of rows that share series and time with another: they may be written in another way
 * @returns undefined where no row is written
 */
export async function sampleLine(
  survey: Survey,
  open: (source: LaidOutSource) => Promise<RowSource & { close(): Promise<void> }>,
  decidedOffsets: (chunk: Chunk) => ReadonlySet<number>,
): Promise<string | undefined> {
  const chunk = survey.chunks.find(({ rows, rejected }) => rows > rejected);
  if (chunk === undefined) return undefined;
  const from = sourceOf(survey, chunk);
  const source = await open(from);
  try {
    return await lineOf(source, from.layout, chunk, decidedOffsets(chunk));
  } finally {
    await source.close();
  }
}

async function lineOf(source: RowSource, layout: Layout, { start, end }: Chunk, decided: ReadonlySet<number>): Promise<string | undefined> {
  const reader = new RowReader(layout, EVERY_ROW, Number.POSITIVE_INFINITY);
  const window = new ByteWindow(windowBytes(end - start));
  const rows = new ChunkRows(source, reader.cells, window);
  await rows.open(start, end);
  const writer = new LineWriter(layout);
  let line: string | undefined;
  for (let outcome = rows.next(); outcome !== END; outcome = rows.next()) {
    if (line !== undefined && rows.rowOffset - start > LOOKED_AT_BYTES) break;
    if (outcome !== ROW || reader.read(window, rows.rowStart, rows.rowEnd) !== WRITE || decided.has(rows.rowOffset)) continue;
    const hasLocation = reader.location.latitudeAt >= 0 && reader.location.longitudeAt >= 0;
    const series = reader.series.all[reader.row.series];
    if (series === undefined || (line !== undefined && !hasLocation)) continue;
    writer.clear();
    writer.write(reader.row, series, window);
    line = Buffer.from(writer.target.subarray(0, writer.length - 1)).toString('utf8');
    if (hasLocation) break;
  }
  return line;
}
