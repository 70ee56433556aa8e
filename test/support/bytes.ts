// Read CSV that lies in memory the way the workers read a file.

import { ByteWindow } from '../../src/csv/byte-window.ts';
import { QUOTED } from '../../src/csv/cells.ts';
import { ChunkRows, END, type RowSource, windowBytes } from '../../src/csv/chunk-rows.ts';
import { cellText } from '../../src/csv/header.ts';
import { ROW, RowScanner, type ScanOutcome } from '../../src/csv/row-scanner.ts';
import type { SteadyColumns } from '../../src/csv/steady-cells.ts';
import { cutRanges, judgeTile } from '../../src/csv/tiling.ts';

export class MemorySource implements RowSource {
  readonly start = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get end(): number {
    return this.#bytes.length;
  }

  async read(target: Uint8Array, position: number): Promise<void> {
    this.readSync(target, position);
  }

  readSync(target: Uint8Array, position: number): void {
    if (position < 0 || position + target.length > this.#bytes.length) throw new RangeError('read past the end');
    target.set(this.#bytes.subarray(position, position + target.length));
  }
}

export interface ReadRow {
  outcome: ScanOutcome;
  offset: number;
  /** File bytes that the row, or the malformed line, takes. */
  length: number;
  cells: string[];
  quoted: boolean[];
  steadyRepeats: boolean;
}

/** All rows of `bytes`, read in chunks that guess, tile and are redone. */
export async function readInChunks(bytes: Uint8Array, chunkBytes: number, columnCount: number, steady?: SteadyColumns): Promise<ReadRow[]> {
  const source = new MemorySource(bytes);
  const scanner = new RowScanner(columnCount, 0x2c, steady);
  const window = new ByteWindow(windowBytes(chunkBytes));
  const rows: ReadRow[] = [];
  let position = 0;
  for (const range of cutRanges(0, bytes.length, chunkBytes)) {
    const guessed = new ChunkRows(source, scanner, window);
    const begin = range.start === 0 ? 0 : await guessed.openByGuess(range.start, range.end);
    if (range.start === 0) await guessed.open(0, range.end);
    let found = drain(guessed, scanner, window);
    let next = guessed.nextOffset;
    const verdict = judgeTile(range, { begin, next }, position);
    if (verdict === 'skip') continue;
    if (verdict === 'redo') {
      const again = new ChunkRows(source, scanner, window);
      await again.open(position, range.end);
      found = drain(again, scanner, window);
      next = again.nextOffset;
    }
    for (const row of found) rows.push(row);
    position = next;
  }
  return rows;
}

function drain(rows: ChunkRows, scanner: RowScanner, window: ByteWindow): ReadRow[] {
  const found: ReadRow[] = [];
  for (let outcome = rows.next(); outcome !== END; outcome = rows.next()) {
    const count = outcome === ROW ? Math.min(scanner.cellCount, scanner.starts.length) : 0;
    const columns = Array.from({ length: count }, (_, column) => column);
    found.push({
      outcome,
      offset: rows.rowOffset,
      length: rows.nextOffset - rows.rowOffset,
      cells: columns.map((column) => cellText(window.bytes, scanner, column)),
      quoted: columns.map((column) => (scanner.flags[column]! & QUOTED) !== 0),
      steadyRepeats: outcome === ROW && scanner.steadyRepeats,
    });
  }
  return found;
}
