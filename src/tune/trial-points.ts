// Points to try a server with, as batches that are ready to be sent.
//
// Invariant: no two lines are one point, so a server must hold as many points as
// there are lines.

import { gzipSync } from 'node:zlib';
import type { Batch } from '../destination/destination.ts';
import type { TimeSpan } from '../destination/influx/shard-groups.ts';
import { MAX_BATCH_BYTES } from '../encode/line-protocol.ts';

/** As a load has it. */
const GZIP_LEVEL = 1;
/** Spread over all points, to have a server make every shard before the clock runs. */
const SPREAD_LINES = 2000;

/** What the points are and where they lie, as `read-points` reads them. */
export interface PointLines extends TimeSpan {
  readonly measurement: string;
  /** A field that every point has, to count them by; undefined where there is none. */
  readonly countedBy: string | undefined;
  /** Line protocol. */
  readonly bytes: Uint8Array;
  /** Where each line ends, behind its line feed, and its time, ms. */
  readonly ends: readonly number[];
  readonly times: readonly number[];
}

export class TrialPoints {
  readonly lines: PointLines;
  readonly #batches = new Map<number, readonly Batch[]>();

  constructor(lines: PointLines) {
    this.lines = lines;
  }

  get count(): number {
    return this.lines.ends.length;
  }

  /** Whether batches of so many lines are sealed before they are too long. */
  fitInBatch(batchLines: number): boolean {
    return (this.lines.bytes.length / this.count) * batchLines < MAX_BATCH_BYTES;
  }

  /** All points in order, in batches of `batchLines`; what is left over at the end is left out. */
  batches(batchLines: number): readonly Batch[] {
    const known = this.#batches.get(batchLines);
    if (known !== undefined) return known;
    const batches = Array.from({ length: Math.floor(this.count / batchLines) }, (_, i) =>
      this.#batch(i * batchLines, (i + 1) * batchLines),
    );
    this.#batches.set(batchLines, batches);
    return batches;
  }

  /** A batch of points far and wide, and how many of them are not among the first `lines`. */
  spread(): { readonly batch: Batch; beyond(lines: number): number } {
    const step = Math.max(1, Math.floor(this.count / SPREAD_LINES));
    const numbers = Array.from({ length: Math.floor(this.count / step) }, (_, i) => i * step);
    const { bytes } = this.lines;
    const text = Buffer.concat(numbers.map((line) => bytes.subarray(this.#startOf(line), this.#startOf(line + 1))));
    return {
      batch: sealed(
        text,
        numbers.map((line) => this.lines.times[line] ?? 0),
      ),
      beyond: (lines) => numbers.filter((line) => line >= lines).length,
    };
  }

  /** The lines `[from, to)`. */
  #batch(from: number, to: number): Batch {
    return sealed(this.lines.bytes.subarray(this.#startOf(from), this.#startOf(to)), this.lines.times.slice(from, to));
  }

  #startOf(line: number): number {
    return line === 0 ? 0 : (this.lines.ends[line - 1] ?? 0);
  }
}

function sealed(text: Uint8Array, times: readonly number[]): Batch {
  const [firstMs, lastMs] = spanOf(times);
  return { body: gzipSync(text, { level: GZIP_LEVEL }), lines: times.length, bytes: text.length, firstMs, lastMs };
}

function spanOf(times: readonly number[]): [firstMs: number, lastMs: number] {
  return times.reduce(
    ([first, last], ms) => [Math.min(first, ms), Math.max(last, ms)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
}
