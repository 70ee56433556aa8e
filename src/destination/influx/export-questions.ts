// Questions to a VictoriaMetrics, through its export API.
//
// It gives back raw samples: one that was written twice is there twice, so
// points are told by their times.

import { seriesKey } from '../../encode/series-key.ts';
import { askLines } from './ask.ts';
import { countInPieces, type TimeRange } from './count-in-pieces.ts';
import type { FieldValue, PointKey, PointRange, Questions } from './questions.ts';
import type { Server } from './server.ts';

/** Samples of one series in a line of the answer; a series of more has several, in the order of time. */
const SAMPLES_IN_A_LINE = 50_000;

interface ExportedLine {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly number[];
  readonly timestamps: readonly number[];
}

export class ExportQuestions implements Questions {
  readonly #server: Server;
  readonly #bucket: string;

  constructor(server: Server, bucket: string) {
    this.#server = server;
    this.#bucket = bucket;
  }

  countBySeries({ measurement, field, fromMs, toMs }: PointRange): Promise<Map<string, number>> {
    const name = `${measurement}_${field}`;
    return countInPieces({ fromMs, toMs }, async (piece) => {
      const counts = new Map<string, number>();
      const lastTimes = new Map<string, number>();
      for await (const { metric, timestamps } of this.#samples(`__name__=${JSON.stringify(name)}`, piece)) {
        const key = seriesKey(measurement, tagsOf(metric));
        let [count, last] = [counts.get(key) ?? 0, lastTimes.get(key)];
        for (const time of timestamps) {
          if (time !== last) count++;
          last = time;
        }
        counts.set(key, count);
        if (last !== undefined) lastTimes.set(key, last);
      }
      return counts;
    });
  }

  async pointAt({ measurement, tags, timeMs }: PointKey): Promise<Map<string, FieldValue>> {
    const prefix = `${measurement}_`;
    const wanted = seriesKey(measurement, tags);
    const name = `__name__=~${JSON.stringify(`${prefix.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}.*`)}`;
    const selector = [name, ...[...tags].map(([key, value]) => `${labelName(key)}=${JSON.stringify(value)}`)].join(',');
    const fields = new Map<string, FieldValue>();
    for await (const { metric, values } of this.#samples(selector, { fromMs: timeMs, toMs: timeMs + 1 })) {
      const value = values.at(-1);
      if (value === undefined || seriesKey(measurement, tagsOf(metric)) !== wanted) continue;
      fields.set((metric['__name__'] ?? '').slice(prefix.length), value);
    }
    return fields;
  }

  async *#samples(selector: string, { fromMs, toMs }: TimeRange): AsyncGenerator<ExportedLine> {
    const form = {
      'match[]': `{db=${JSON.stringify(this.#bucket)},${selector}}`,
      start: String(fromMs / 1000),
      end: String((toMs - 1) / 1000),
      max_rows_per_line: String(SAMPLES_IN_A_LINE),
    };
    for await (const line of askLines(this.#server, '/api/v1/export', form, 'its series')) yield JSON.parse(line) as ExportedLine;
  }
}

function* tagsOf(metric: Readonly<Record<string, string>>): Generator<readonly [key: string, value: string]> {
  for (const [key, value] of Object.entries(metric)) if (key !== '__name__' && key !== 'db') yield [key, value];
}

/** What is no letter, digit, underscore or colon is escaped in a label's name. */
function labelName(key: string): string {
  return key.replace(/[^\p{L}\p{N}_:]/gu, '\\$&');
}
