// Leave the books of a load in its bucket, for a dashboard to show.
//
// One point of a measurement of its own: measurement and tags
// `skein_load,measurement=,source=`, fields `rows`, `points`, `duplicates`,
// `rejected`, `filtered`, `first_ms` and `last_ms` (integers, the last two the
// span of the file's times, Unix ms) and `seconds` (float).

import { seriesKey } from '../../encode/series-key.ts';
import { isPassing } from './answers.ts';
import { ask } from './ask.ts';
import { dialectOf } from './dialects.ts';
import { Unanswered } from './questions.ts';
import { serverMessage } from './sentences.ts';
import { serverOf } from './server.ts';
import type { InfluxTarget } from './target.ts';
import { untilAnswered } from './until-answered.ts';

const MEASUREMENT = 'skein_load';

export interface FinishedLoad {
  /** File name. */
  readonly source: string;
  readonly measurement: string;
  /** Whole numbers by field. */
  readonly counts: Readonly<Record<string, number>>;
  readonly seconds: number;
}

/** @returns in a sentence why it could not be done, if so: the load is done all the same */
export async function leaveBooks(
  target: InfluxTarget,
  { source, measurement, counts, seconds }: FinishedLoad,
): Promise<string | undefined> {
  const dialect = dialectOf(target);
  const server = serverOf(target, dialect);
  const key = seriesKey(MEASUREMENT, [
    ['measurement', measurement],
    // A tag must not end in a backslash.
    ['source', source.replace(/\\$/, '/')],
  ]);
  const fields = [...Object.entries(counts).map(([field, count]) => `${field}=${count}i`), `seconds=${seconds.toFixed(3)}`];
  // The same line each time, so that sending it again changes nothing.
  const line = `${key} ${fields.join(',')} ${Date.now()}`;
  try {
    await untilAnswered(async () => {
      const { status, text } = await ask(server, 'POST', dialect.writePath(target), line);
      if (isPassing(status)) throw new Unanswered(server.url, `status ${status}: ${serverMessage(server, text)}`);
      if (status >= 300) throw new Error(`${serverMessage(server, text)} (status ${status})`);
    });
    return undefined;
  } catch (error) {
    return `The books of this load could not be left in the bucket for the dashboard: ${(error as Error).message}`;
  }
}
