// Count rows by series while a chunk is read. Series are numbers here.

import type { Series } from '../encode/series.ts';
import type { SeriesSummary } from './summary.ts';

export class SeriesTally {
  #rows = new Float64Array(256);
  #firstMs = new Float64Array(256);
  #lastMs = new Float64Array(256);
  #met: number[] = [];

  /** Hot: once a row. */
  count(series: number, timeMs: number): void {
    if (series >= this.#rows.length) this.#grow(series);
    if (this.#rows[series]!++ === 0) {
      this.#met.push(series);
      this.#firstMs[series] = timeMs;
      this.#lastMs[series] = timeMs;
    } else if (timeMs < this.#firstMs[series]!) {
      this.#firstMs[series] = timeMs;
    } else if (timeMs > this.#lastMs[series]!) {
      this.#lastMs[series] = timeMs;
    }
  }

  /** Hand over what was counted and begin anew. */
  take(all: readonly Series[]): Map<string, SeriesSummary> {
    const taken = new Map<string, SeriesSummary>();
    for (const number of this.#met) {
      const { key, individual } = all[number]!;
      taken.set(key, { key, individual, rows: this.#rows[number]!, firstMs: this.#firstMs[number]!, lastMs: this.#lastMs[number]! });
      this.#rows[number] = 0;
    }
    this.#met = [];
    return taken;
  }

  #grow(series: number): void {
    const length = Math.max(series + 1, this.#rows.length * 2);
    const grow = (old: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
      const larger = new Float64Array(length);
      larger.set(old);
      return larger;
    };
    this.#rows = grow(this.#rows);
    this.#firstMs = grow(this.#firstMs);
    this.#lastMs = grow(this.#lastMs);
  }
}
