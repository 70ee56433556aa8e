// Count rows by series while a chunk is read. Series are numbers here.

import type { Series } from '../encode/series.ts';
import { addRun, type SeriesTimes, timesOf } from './series-times.ts';
import type { SeriesSummary } from './summary.ts';

export class SeriesTally {
  #rows = new Float64Array(256);
  // The run that goes on: its times rise from row to row.
  #runFirstMs = new Float64Array(256);
  #runLastMs = new Float64Array(256);
  /** The runs that ended; most series of a chunk have none. */
  #ended: (SeriesTimes | undefined)[] = [];
  #met: number[] = [];

  /** Hot: once a row. */
  count(series: number, timeMs: number): void {
    if (series >= this.#rows.length) this.#grow(series);
    if (this.#rows[series]!++ === 0) {
      this.#met.push(series);
      this.#runFirstMs[series] = timeMs;
    } else if (timeMs <= this.#runLastMs[series]!) {
      this.#ended[series] = this.#timesOf(series);
      this.#runFirstMs[series] = timeMs;
    }
    this.#runLastMs[series] = timeMs;
  }

  /** Hand over what was counted and begin anew. */
  take(all: readonly Series[]): Map<string, SeriesSummary> {
    const taken = new Map<string, SeriesSummary>();
    for (const number of this.#met) {
      const { key, individual } = all[number]!;
      taken.set(key, { key, individual, rows: this.#rows[number]!, times: this.#timesOf(number) });
      this.#rows[number] = 0;
    }
    this.#met = [];
    this.#ended = [];
    return taken;
  }

  /** All times so far, those of the run that goes on among them. */
  #timesOf(series: number): SeriesTimes {
    const [first, last] = [this.#runFirstMs[series]!, this.#runLastMs[series]!];
    const ended = this.#ended[series];
    if (ended === undefined) return timesOf(first, last);
    addRun(ended, first, last);
    return ended;
  }

  #grow(series: number): void {
    const length = Math.max(series + 1, this.#rows.length * 2);
    const grow = (old: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
      const larger = new Float64Array(length);
      larger.set(old);
      return larger;
    };
    this.#rows = grow(this.#rows);
    this.#runFirstMs = grow(this.#runFirstMs);
    this.#runLastMs = grow(this.#runLastMs);
  }
}
