// Count what a server must hold of the points of a chunk, one after the other.
//
// It is told what a row of the file means, not what was made of it, so that a
// server is held against the file.

import type { ByteWindow } from '../csv/byte-window.ts';
import type { LineWriter } from '../encode/line-protocol.ts';
import type { Row } from '../encode/row.ts';
import { headOf } from '../encode/series.ts';
import { addPattern, type Expected, type ExpectedCell, lowestSamples, nothingExpected, SAMPLES } from './expected.ts';
import { FieldPatterns } from './field-patterns.ts';
import type { FieldSlots } from './field-slots.ts';

export class PointTally {
  readonly #slotCount: number;
  readonly #writer: LineWriter;
  readonly #expected = nothingExpected();
  readonly #patterns: FieldPatterns;
  #highestRank = Number.POSITIVE_INFINITY;
  /** The cell of the point before, which is mostly that of the next. */
  #cell: { readonly key: string; readonly fromMs: number; readonly toMs: number; readonly of: ExpectedCell } | undefined;
  /** Its points by pattern that are not yet added to it, and the patterns that there are of these. */
  #points: number[] = [];
  #open: number[] = [];
  /** Patterns that points were counted of. */
  readonly #met = new Set<number>();

  /** @param writer for a few rows, at once when they are counted; others may use it too */
  constructor(slots: FieldSlots, writer: LineWriter) {
    this.#slotCount = slots.keys.length;
    this.#writer = writer;
    this.#patterns = new FieldPatterns(slots);
  }

  /**
   * Count a point.
   *
   * Hot: once a point.
   *
   * @param window the bytes that the row's spans lie in
   * @param offset of the row in the run
   * @param key of its series, with the tag that numbers rows of one time if it has one
   * @param eventId written in place of its own
   */
  add(row: Row, window: ByteWindow, offset: number, key: string, eventId: bigint | undefined): void {
    this.#goOnInCell(key, row.timeMs);
    if (this.#patterns.areMany) this.#forgetPatterns();
    const pattern = this.#patterns.of(row, eventId !== undefined);
    const before = this.#points[pattern] ?? 0;
    if (before === 0) this.#open.push(pattern);
    this.#points[pattern] = before + 1;
    this.#expected.points++;
    const rank = rankOf(offset);
    if (rank < this.#highestRank) this.#sample(row, window, rank, key, eventId);
  }

  /** What was counted. The tally is of no use after. */
  take(): Expected {
    this.#forgetPatterns();
    return this.#expected;
  }

  /** Go to the cell that a point is of. */
  #goOnInCell(key: string, timeMs: number): void {
    const last = this.#cell;
    if (last !== undefined && last.key === key && timeMs >= last.fromMs && timeMs < last.toMs) return;
    this.#endCell();
    const year = new Date(timeMs).getUTCFullYear();
    const name = `${year} ${key}`;
    const { cells } = this.#expected;
    const of = cells.get(name) ?? { series: key, year, points: 0, fields: new Uint32Array(this.#slotCount) };
    cells.set(name, of);
    this.#cell = { key, fromMs: Date.UTC(year, 0), toMs: Date.UTC(year + 1, 0), of };
  }

  /** Add the points that were counted to their cell. */
  #endCell(): void {
    for (const pattern of this.#open) {
      const { of } = this.#cell!;
      const points = this.#points[pattern]!;
      of.points += points;
      for (const slot of this.#patterns.slots(pattern)) of.fields[slot]! += points;
      this.#points[pattern] = 0;
      this.#met.add(pattern);
    }
    this.#open.length = 0;
  }

  #forgetPatterns(): void {
    this.#endCell();
    for (const pattern of this.#met) addPattern(this.#expected, [...this.#patterns.slots(pattern)].toSorted((a, b) => a - b).join(' '));
    this.#met.clear();
    this.#points = [];
    this.#patterns.clear();
  }

  #sample(row: Row, window: ByteWindow, rank: number, key: string, eventId: bigint | undefined): void {
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
