// InfluxDB 2.x. Seen on 2.9.1.
//
// A body with a line that cannot be parsed is refused whole (400), and the
// message quotes every such line: it can be hundreds of KB, of which only the
// beginning is read. Field types and times beyond the retention (422) refuse
// points of which none is named, and `dropped=` speaks of one shard only.

import type { RefusedLine } from '../destination.ts';
import type { Dialect, NamedLines, Refusal } from './dialect.ts';
import { serverOf } from './server.ts';

export const influxdb2: Dialect = {
  name: 'influxdb-2',
  title: 'InfluxDB 2',
  numbersOnly: false,
  writePath: ({ org = '', bucket }) => `/api/v2/write?${new URLSearchParams({ org, bucket, precision: 'ms' })}`,
  authorization: (token) => `Token ${token}`,
  takesWrites: (status) => status < 300,
  namedLines: (refusal, lines) => (refusal.status === 400 ? quotedLines(refusal, lines) : undefined),
  worthKnowing: [],
  questions: async (target) => {
    const { FluxQuestions } = await import('./flux-questions.ts');
    return new FluxQuestions(serverOf(target, influxdb2), target);
  },
  buckets: async (target) => {
    const { Influxdb2Buckets } = await import('./influxdb-2-buckets.ts');
    return new Influxdb2Buckets(serverOf(target, influxdb2), target);
  },
};

const QUOTE_OPENS = "unable to parse '";
const QUOTE_CLOSES = "': ";

/** Lines of the batch that the message quotes whole. Nothing of the body is written. */
function quotedLines({ text, isCut }: Refusal, lines: readonly string[]): NamedLines | undefined {
  const message = messageOf(text);
  if (!message.startsWith(QUOTE_OPENS)) return undefined;
  const quotes = message.slice(QUOTE_OPENS.length).split(`\n${QUOTE_OPENS}`);
  if (isCut) quotes.pop();
  const numbers = new Map<string, number[]>();
  for (const [number, line] of lines.entries()) {
    const same = numbers.get(line);
    if (same === undefined) numbers.set(line, [number]);
    else same.push(number);
  }
  const refused = new Map<number, RefusedLine>();
  for (const quote of quotes) {
    // A line may hold what closes the quote, so the longest that is a line of the batch counts.
    for (let at = quote.lastIndexOf(QUOTE_CLOSES); at >= 0; at = at === 0 ? -1 : quote.lastIndexOf(QUOTE_CLOSES, at - 1)) {
      const found = numbers.get(quote.slice(0, at));
      if (found === undefined) continue;
      for (const line of found) refused.set(line, { line, message: quote.slice(at + QUOTE_CLOSES.length) });
      break;
    }
  }
  return refused.size === 0 ? undefined : { refused: [...refused.values()], othersTaken: false };
}

/** The `message` of a JSON body, also of one that is cut. */
function messageOf(text: string): string {
  const [, escaped] = /"message"\s*:\s*"((?:[^"\\]|\\.)*)/s.exec(text) ?? [];
  if (escaped === undefined) return '';
  try {
    return JSON.parse(`"${escaped.replace(/\\u[0-9a-f]{0,3}$/i, '')}"`) as string;
  } catch {
    return '';
  }
}
