// Read a line of line protocol back: for comparing what was written with what a
// server holds. A few lines of a load, never all of them.

import { readSeriesKey, type SeriesParts } from './series-key.ts';

/** A float is a number, an integer a bigint. */
export type WrittenValue = number | bigint | boolean | string;

export interface WrittenPoint extends SeriesParts {
  /** The head of the line: series key. */
  readonly series: string;
  readonly timeMs: number;
  readonly fields: ReadonlyMap<string, WrittenValue>;
}

// Outside strings a backslash before anything else than these stands for itself.
const KEY = /(?:\\[,= ]|[^ ])+/y;
const FIELD = /((?:\\[,= ]|[^=])+)=("(?:\\.|[^"\\])*"|[^, ]+),?/y;

/** @param line as `LineWriter` writes it, without its line feed */
export function readLine(line: string): WrittenPoint {
  KEY.lastIndex = 0;
  const series = KEY.exec(line)?.[0] ?? '';
  const fields = new Map<string, WrittenValue>();
  FIELD.lastIndex = series.length + 1;
  let end = FIELD.lastIndex;
  for (let field = FIELD.exec(line); field !== null; field = FIELD.exec(line)) {
    fields.set((field[1] ?? '').replace(/\\([,= ])/g, '$1'), writtenValue(field[2] ?? ''));
    end = FIELD.lastIndex;
    if (line[end - 1] !== ',') break;
  }
  return { ...readSeriesKey(series), series, timeMs: Number(line.slice(end)), fields };
}

function writtenValue(text: string): WrittenValue {
  if (text.startsWith('"')) return text.slice(1, -1).replace(/\\(["\\])/g, '$1');
  if (text === 'true' || text === 'false') return text === 'true';
  return text.endsWith('i') ? BigInt(text.slice(0, -1)) : Number(text);
}
