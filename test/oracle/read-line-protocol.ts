// Read line protocol back into points, for comparing with what the rules say should be there.
//
// Input: the text of unpacked parts. Output: points with digits as written, nothing parsed to a number.
// It is stricter than a server: what one of InfluxDB 1, 2 or 3 refuses, or what our own rules forbid
// (tags out of order, no timestamp, a line end in a string), throws, with the line.

export type FieldType = 'float' | 'integer' | 'boolean' | 'string';

export interface Field {
  type: FieldType;
  /** A string without its quotes and escapes; anything else as written, an integer without its `i`. */
  value: string;
}

export interface Point {
  measurement: string;
  /** In the order of the line, which is bytewise by key. */
  tags: Map<string, string>;
  fields: Map<string, Field>;
  /** As written, in the precision of the file. */
  time: string;
}

// A backslash escapes a comma, an equals sign (but in a measurement) and a space; before anything else it
// stands for itself, before a second backslash too.
const MEASUREMENT = /(?:\\[, ]|[^, \n])+/y;
const NAME = /(?:\\[,= ]|[^,= \n])+/y;
const STRING = /"((?:\\[^\n]|[^\\"\n])*)"/y;
const BARE = /[^, \n]+/y;
const TIME = /-?\d+/y;

// Without `.5`, `5.` and `+5`: InfluxDB 3 refuses the first two, all servers the third.
const FLOAT = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const INTEGER = /^(-?\d+)i$/;

/** Read every line of `text`; each ends in a line feed. Throws on a line that a server or a rule forbids. */
export function readLineProtocol(text: string): Point[] {
  const points: Point[] = [];
  let at = 0;
  let lineStart = 0;

  const fail = (what: string): never => {
    const end = text.indexOf('\n', lineStart);
    throw new Error(
      `line ${points.length + 1}, byte ${at - lineStart + 1}: ${what}: ${text.slice(lineStart, end < 0 ? undefined : end).slice(0, 2000)}`,
    );
  };
  const take = (pattern: RegExp, what: string): string => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) return fail(`no ${what}`);
    at = pattern.lastIndex;
    return match[1] ?? match[0];
  };
  const skip = (character: string): void => {
    if (text[at] !== character) fail(`no ${JSON.stringify(character)}`);
    at++;
  };
  const takeField = (): Field => {
    if (text[at] === '"') return { type: 'string', value: take(STRING, 'closed string').replace(/\\(["\\])/g, '$1') };
    const written = take(BARE, 'field value');
    if (written === 'true' || written === 'false') return { type: 'boolean', value: written };
    if (FLOAT.test(written)) return { type: 'float', value: written };
    const integer = INTEGER.exec(written)?.[1];
    return integer === undefined ? fail(`${written} is no value`) : { type: 'integer', value: integer };
  };

  while (at < text.length) {
    lineStart = at;
    const measurement = take(MEASUREMENT, 'measurement').replace(/\\([, ])/g, '$1');
    const tags = new Map<string, string>();
    let lastKey: string | undefined;
    while (text[at] === ',') {
      at++;
      const key = unescapeName(take(NAME, 'tag key'));
      skip('=');
      if (lastKey !== undefined && Buffer.compare(Buffer.from(lastKey), Buffer.from(key)) >= 0) fail(`tag ${key} after ${lastKey}`);
      tags.set(key, unescapeName(take(NAME, 'tag value')));
      lastKey = key;
    }
    skip(' ');
    const fields = new Map<string, Field>();
    for (let more = true; more; ) {
      const key = unescapeName(take(NAME, 'field key'));
      if (fields.has(key)) fail(`field ${key} twice`);
      skip('=');
      fields.set(key, takeField());
      more = text[at] === ',';
      if (more) at++;
    }
    skip(' ');
    const time = take(TIME, 'timestamp');
    skip('\n');
    points.push({ measurement, tags, fields, time });
  }
  return points;
}

const unescapeName = (written: string): string => written.replace(/\\([,= ])/g, '$1');
