// InfluxDB 3 Core, by its documentation: none was at hand.
//
// The good lines of a body are written and the bad ones listed by number, a
// hundred at most. A body may have 10 MiB unpacked; a batch has 4 MiB and one
// line. A write is acknowledged when it is on disk, about once a second.

import type { RefusedLine } from '../destination.ts';
import type { Dialect, NamedLines, Refusal } from './dialect.ts';
import { serverOf } from './server.ts';

/** A list of this length may have been longer. */
const LONGEST_LIST = 100;

export const influxdb3: Dialect = {
  name: 'influxdb-3',
  title: 'InfluxDB 3',
  numbersOnly: false,
  // Without a precision the server guesses it by the size of the time.
  writePath: ({ bucket }) => `/api/v3/write_lp?${new URLSearchParams({ db: bucket, precision: 'millisecond' })}`,
  authorization: (token) => `Bearer ${token}`,
  takesWrites: (status, text) => status < 300 || (status === 400 && text.includes('write was empty')),
  namedLines: listedLines,
  worthKnowing: ['InfluxDB 3 gets every point at least once; which of two versions of a point it keeps is not certain.'],
  questions: async (target) => {
    const { InfluxqlQuestions } = await import('./influxql-questions.ts');
    return new InfluxqlQuestions(serverOf(target, influxdb3), { db: target.bucket });
  },
};

/** The list, and one object after the other of it. Their strings may hold brackets, and the last one may be cut. */
const LIST = /"data"\s*:\s*\[/;
const ENTRY = /[\s,]*(\{(?:[^{}"]|"(?:[^"\\]|\\.)*")*\})/gsy;

function listedLines({ text, isCut }: Refusal, lines: readonly string[]): NamedLines | undefined {
  const list = LIST.exec(text);
  if (list === null) return undefined;
  const refused: RefusedLine[] = [];
  for (const [, entry = ''] of text.slice(list.index + list[0].length).matchAll(ENTRY)) {
    const { line_number: number, error_message: message } = readEntry(entry);
    if (typeof number === 'number' && number >= 1 && number <= lines.length) refused.push({ line: number - 1, message: String(message) });
  }
  return refused.length === 0 ? undefined : { refused, othersTaken: !isCut && refused.length < LONGEST_LIST };
}

function readEntry(json: string): { line_number?: unknown; error_message?: unknown } {
  try {
    return JSON.parse(json) as object;
  } catch {
    // No list of ours then, so nothing is named for certain.
    return {};
  }
}
