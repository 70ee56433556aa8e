// Text as a server takes it, and as line protocol writes it: one table of what is
// escaped for each place.
//
// Line ends and control bytes cannot be carried everywhere and become a space;
// bytes that are no UTF-8 become U+FFFD; a backslash at the end of a tag would
// swallow what follows and becomes a slash; `#!~#`, at which an InfluxDB parts
// series and field, becomes `#!-#`. Each change is counted by column.

import { isUtf8 } from 'node:buffer';

const SPACE = 32;
const QUOTE = 34;
const BACKSLASH = 92;
const DELETE = 127;

/** What a backslash precedes in each place. Elsewhere a backslash stands for itself. */
const ESCAPED = {
  measurement: /[, ]/g,
  key: /[,= ]/g,
} as const;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control bytes are what is looked for
const CONTROL_CHARACTERS = /[\u0000-\u001f\u007f]/g;

/** Where text would part a key that is `series#!~#field` in an InfluxDB. Before the one that is meant, three bytes suffice. */
const KEY_SEPARATORS = /#!~(?=#|$)/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const UNCLEAN = /[\u0000-\u001f\u007f]|\\$|#!~/;

/** Text without what no server carries anywhere. */
export function cleanControls(text: string): string {
  return text.replace(CONTROL_CHARACTERS, ' ');
}

/** Text without what no server carries in a name or tag. */
export function cleanName(text: string): string {
  if (!UNCLEAN.test(text)) return text;
  return cleanControls(text).replace(/\\$/, '/').replace(KEY_SEPARATORS, '#!-');
}

export function escapeMeasurement(text: string): string {
  return cleanName(text).replace(ESCAPED.measurement, '\\$&');
}

/** For tag keys, tag values and field keys. */
export function escapeKey(text: string): string {
  return cleanName(text).replace(ESCAPED.key, '\\$&');
}

/** `bytes[start, end)` as text, bytes that are no UTF-8 as U+FFFD. `changed` when there were such. */
export function decodeText(bytes: Buffer, start: number, end: number): { text: string; changed: boolean } {
  const text = bytes.toString('utf8', start, end);
  return { text, changed: text.includes('\uFFFD') && !isUtf8(bytes.subarray(start, end)) };
}

/** Writes the values of string fields. */
export class StringFieldWriter {
  /** The last string had a byte that could not be carried. */
  changed = false;
  readonly #isQuoted: boolean;

  /** @param form `quoted`, with escapes, as line protocol has them, or the `bare` text */
  constructor(form: 'quoted' | 'bare') {
    this.#isQuoted = form === 'quoted';
  }

  /**
   * Write `source[start, end)` to `target[at...]` as a string field's value.
   *
   * Hot: once a text cell. The caller leaves room for 2 + 3 * (end - start)
   * bytes: the worst case is a run of bytes that are no UTF-8.
   *
   * @param doubledQuotes `""` in the source stands for one quote
   * @returns the offset just past it
   */
  write(source: Uint8Array, start: number, end: number, doubledQuotes: boolean, target: Uint8Array, at: number): number {
    this.changed = false;
    let to = at;
    let seen = 0;
    if (this.#isQuoted) target[to++] = QUOTE;
    for (let from = start; from < end; from++) {
      const byte = source[from]!;
      seen |= byte;
      if (byte === QUOTE || byte === BACKSLASH) {
        if (this.#isQuoted) target[to++] = BACKSLASH;
        target[to++] = byte;
        if (doubledQuotes && byte === QUOTE) from++;
      } else if (byte < SPACE || byte === DELETE) {
        target[to++] = SPACE;
        this.changed = true;
      } else {
        target[to++] = byte;
      }
    }
    if (this.#isQuoted) target[to++] = QUOTE;
    if (seen < 0x80 || isUtf8(source.subarray(start, end))) return to;

    const bytes = Buffer.from(source.buffer, source.byteOffset, source.length);
    const mended = Buffer.from(decodeText(bytes, start, end).text, 'utf8');
    const past = this.write(mended, 0, mended.length, doubledQuotes, target, at);
    this.changed = true;
    return past;
  }
}
