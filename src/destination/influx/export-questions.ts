// Questions to a VictoriaMetrics, through its export API.
//
// It gives back raw samples: one that was written twice is there twice, so
// points are told by their times.

import { setTimeout as sleep } from 'node:timers/promises';
import { seriesKey } from '../../encode/series-key.ts';
import { ask, askLines, readObject } from './ask.ts';
import { addTo, countInPieces, type TimeRange } from './count-in-pieces.ts';
import type { FieldValue, PointKey, PointRange, Questions, StoredType } from './questions.ts';
import type { Server } from './server.ts';
import { untilAnswered } from './until-answered.ts';

/** Samples of one series in a line of the answer; a series of more has several, in the order of time. */
const SAMPLES_IN_A_LINE = 50_000;
/** What was written can be read after about a second, and if it is asked for before, only after ten. */
const FLUSH_MS = 3_000;

export interface ExportedLine {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly number[];
  readonly timestamps: readonly number[];
}

export class ExportQuestions implements Questions {
  readonly #server: Server;
  readonly #bucket: string;
  #flushed: Promise<void> | undefined;

  constructor(server: Server, bucket: string) {
    this.#server = server;
    this.#bucket = bucket;
  }

  countBySeries({ measurement, field, fromMs, toMs }: PointRange): Promise<Map<string, number>> {
    const name = `__name__=${JSON.stringify(`${measurement}_${field}`)}`;
    return countInPieces({ fromMs, toMs }, async (piece) => {
      const counts = new Map<string, number>();
      const lastTimes = new Map<string, number | undefined>();
      for await (const { metric, timestamps } of this.samples(name, piece)) {
        const key = seriesKey(measurement, tagsOf(metric));
        const before = lastTimes.get(key);
        addTo(counts, key, timestamps.filter((time, i) => time !== (i === 0 ? before : timestamps[i - 1])).length);
        lastTimes.set(key, timestamps.at(-1));
      }
      return counts;
    });
  }

  async pointAt({ measurement, tags, timeMs }: PointKey): Promise<Map<string, FieldValue>> {
    const prefix = `${measurement}_`;
    const wanted = seriesKey(measurement, tags);
    const name = `__name__=~${JSON.stringify(`${prefix.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}.*`)}`;
    const selector = [name, ...[...tags].map(([key, value]) => `${labelName(key)}=${JSON.stringify(value)}`)].join(',');
    return untilAnswered(async () => {
      const fields = new Map<string, FieldValue>();
      for await (const { metric, values } of this.samples(selector, { fromMs: timeMs, toMs: timeMs + 1 })) {
        const value = values.at(-1);
        if (value === undefined || seriesKey(measurement, tagsOf(metric)) !== wanted) continue;
        fields.set((metric['__name__'] ?? '').slice(prefix.length), value);
      }
      return fields;
    });
  }

  async fieldTypes(): Promise<Map<string, Set<StoredType>>> {
    return new Map();
  }

  /** Raw samples of the bucket's series that match a selector. */
  async *samples(selector: string, { fromMs, toMs }: TimeRange): AsyncGenerator<ExportedLine> {
    this.#flushed ??= this.#flush();
    await this.#flushed;
    const form = {
      'match[]': `{db=${JSON.stringify(this.#bucket)},${selector}}`,
      start: String(fromMs / 1000),
      end: String((toMs - 1) / 1000),
      max_rows_per_line: String(SAMPLES_IN_A_LINE),
    };
    for await (const line of askLines(this.#server, '/api/v1/export', form, 'its series'))
      yield readObject<ExportedLine>(this.#server, line);
  }

  /** Make what was written readable, or wait until it is. */
  async #flush(): Promise<void> {
    const { status } = await ask(this.#server, 'GET', '/internal/force_flush');
    if (status >= 300) await sleep(FLUSH_MS);
  }
}

function* tagsOf(metric: Readonly<Record<string, string>>): Generator<readonly [key: string, value: string]> {
  for (const [key, value] of Object.entries(metric)) if (key !== '__name__' && key !== 'db') yield [key, value];
}

/** What is no letter, digit, underscore or colon is escaped in a label's name. */
function labelName(key: string): string {
  return key.replace(/[^\p{L}\p{N}_:]/gu, '\\$&');
}
