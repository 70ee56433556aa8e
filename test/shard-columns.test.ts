// Two writers behind one reader: the columns of a shard hold what a server
// would have read out of the lines of the same rows.

import { describe, expect, it } from 'vitest';
import { ByteWindow } from '../src/csv/byte-window.ts';
import { ChunkRows, END, windowBytes } from '../src/csv/chunk-rows.ts';
import { readHeader } from '../src/csv/header.ts';
import { ROW } from '../src/csv/row-scanner.ts';
import { LineWriter } from '../src/encode/line-protocol.ts';
import { readLine } from '../src/encode/read-line.ts';
import { RowReader, WRITE } from '../src/encode/row-reader.ts';
import { EVERY_ROW } from '../src/encode/selection.ts';
import { headOf } from '../src/encode/series.ts';
import { ShardWriter } from '../src/encode/shard-columns.ts';
import { SkeinError } from '../src/errors.ts';
import { eventIdColumn, type Layout, layOut } from '../src/movebank/layout.ts';
import { resolveLayouts } from '../src/survey/resolve.ts';
import { ChunkSurveyor } from '../src/survey/survey-chunk.ts';
import { fuzzedFile } from './fuzz/fuzzed-file.ts';
import { type Answers, answersOf, fileIn, readTsm, sortAnswers, type TsmValue } from './oracle/read-tsm.ts';
import { MemorySource } from './support/bytes.ts';

const YEAR_MS = 365 * 86_400_000;
const SEEDS = 80;
const MOST_BYTES = 200_000;

/** The layout of a file with all types settled, or undefined for one that is no export. */
async function layoutOf(bytes: Buffer): Promise<{ layout: Layout; begin: number } | undefined> {
  const header = readHeader(bytes, true);
  if (typeof header === 'string') return undefined;
  const layout = layOut(header.names, header.delimiter);
  if (typeof layout === 'string') return undefined;
  const window = new ByteWindow(windowBytes(bytes.length));
  const task = { start: header.end, end: bytes.length, guess: false };
  const surveyor = await ChunkSurveyor.prepare(layout, EVERY_ROW, Number.POSITIVE_INFINITY);
  const { summary } = await surveyor.survey(task, new MemorySource(bytes), window);
  return {
    layout: resolveLayouts([{ layout, columns: [...layout.columns.keys()], evidence: summary.evidence }])[0]!.layout,
    begin: header.end,
  };
}

/** What each writer makes of the rows that no earlier one shares series and time with. */
async function written(bytes: Buffer, { layout, begin }: { layout: Layout; begin: number }) {
  const reader = new RowReader(layout, EVERY_ROW, Number.POSITIVE_INFINITY);
  const [lines, shards] = [new LineWriter(layout), new ShardWriter(layout, YEAR_MS)];
  const window = new ByteWindow(windowBytes(bytes.length));
  const rows = new ChunkRows(new MemorySource(bytes), reader.cells, window);
  await rows.open(begin, bytes.length);
  const seen = new Set<string>();
  let count = 0;
  for (let outcome = rows.next(); outcome !== END; outcome = rows.next()) {
    if (outcome !== ROW || reader.read(window, rows.rowStart, rows.rowEnd) !== WRITE) continue;
    const own = reader.series.all[reader.row.series]!;
    count++;
    // Now and then as a row that shares its time with others.
    const head = count % 5 === 0 ? headOf(reader.series.duplicateKey(own, count)) : own;
    const eventId = count % 3 === 0 && eventIdColumn(layout) >= 0 ? 9_007_199_254_740_993n : undefined;
    if (seen.has(`${head.key} ${reader.row.timeMs}`)) continue;
    seen.add(`${head.key} ${reader.row.timeMs}`);
    lines.writeDecided(reader.row, head, window, eventId);
    shards.writeDecided(reader.row, head, window, eventId);
  }
  return { lines, shards };
}

function answersOfLines(lines: LineWriter): Answers {
  const text = Buffer.from(lines.target.subarray(0, lines.length)).toString();
  return sortAnswers(
    text
      .split('\n')
      .slice(0, -1)
      .map(readLine)
      .flatMap(({ series, timeMs, fields }) =>
        Array.from(fields, ([field, value]): [string, TsmValue] => [`${series}#!~#${field} ${BigInt(timeMs) * 1_000_000n}`, value]),
      ),
  );
}

describe('columns of a shard', () => {
  it('have the values that the lines of the same rows have, in any file', async () => {
    let compared = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { bytes } = fuzzedFile(seed);
      // A few are very long, for other tests.
      if (bytes.length > MOST_BYTES) continue;
      const known = await layoutOf(bytes);
      if (known === undefined) continue;
      const { lines, shards } = await written(bytes, known);
      expect([seed, shards.mendedText]).toEqual([seed, lines.mendedText]);
      const expected = answersOfLines(lines);
      expect([seed, answersOf(shards.seal().map(({ bytes: file }) => readTsm(fileIn(file))))]).toEqual([seed, expected]);
      compared += expected.length;
    }
    expect(compared).toBeGreaterThan(5000);
  });

  it('refuse text for a field that holds something else', async () => {
    const bytes = Buffer.from('timestamp,heading,heading_text\n2014-05-01 12:00:00,north,1.5\n');
    const known = (await layoutOf(bytes))!;
    await expect(written(bytes, known)).rejects.toThrow(SkeinError);
    await expect(written(bytes, known)).rejects.toThrow(/^Values of heading that do not fit/);
  });
});
