// Count rows by series while a chunk is read. Series are numbers here.

import type { Series } from '../encode/series.ts';
import type { SeriesCounts } from './series-counts.ts';
import { addRun, firstTime, lastTime, type SeriesTimes, timesOf } from './series-times.ts';

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
  take(all: readonly Series[]): SeriesCounts {
    const met = this.#met;
    const times = new Map<number, SeriesTimes>();
    const firstMs = Float64Array.from(met, (number) => this.#runFirstMs[number]!);
    const lastMs = Float64Array.from(met, (number) => this.#runLastMs[number]!);
    for (const [i, number] of met.entries()) {
      if (this.#ended[number] === undefined) continue;
      const all = this.#timesOf(number);
      times.set(i, all);
      firstMs[i] = firstTime(all);
      lastMs[i] = lastTime(all);
    }
    const taken = {
      keys: met.map((number) => all[number]!.key),
      individuals: met.map((number) => all[number]!.individual),
      rows: Float64Array.from(met, (number) => this.#rows[number]!),
      firstMs,
      lastMs,
      times,
    };
    for (const number of met) this.#rows[number] = 0;
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
