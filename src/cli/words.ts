// Numbers, sizes and times as people read them.

import { clip } from '../clip.ts';
import { count } from '../counted.ts';
import { STEERING } from '../steering.ts';

const BYTE_UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'];

/** `4.3 MB`, in powers of 1000 */
export function size(bytes: number): string {
  let unit = 0;
  let value = bytes;
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1)} ${BYTE_UNITS[unit]}`;
}

/** `1.2 M`, `345 k`, `67` */
export function short(value: number): string {
  if (value >= 999_500) return `${(value / 1e6).toFixed(value >= 9.95e6 ? 0 : 1)} M`;
  return value >= 9_950 ? `${Math.round(value / 1000)} k` : count(value);
}

/** `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`, `1 h` */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min${andMore(whole % 60, 's')}`;
  return `${Math.floor(minutes / 60)} h${andMore(minutes % 60, 'min')}`;
}

function andMore(value: number, unit: string): string {
  return value === 0 ? '' : ` ${value} ${unit}`;
}

/** `2009-05-27 14:00:00` in UTC */
export function instant(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

/** `2009-05-27` in UTC */
export function day(ms: number): string {
  return instant(ms).slice(0, 10);
}

/** Text from a file or a server, fit for a terminal. */
export function printable(text: string, keepLines = false): string {
  return text.replace(STEERING, (char) => (keepLines && char === '\n' ? char : '\u00b7'));
}

/** A name out of a file, fit for a terminal and not longer than a line or two of it. */
export function shown(name: string): string {
  return printable(clip(name));
}

/** A result as JSON, fit for a terminal and with every character in it. @param indent 0: on one line */
export function jsonText(result: unknown, indent = 2): string {
  return JSON.stringify(result, null, indent).replace(STEERING, (char) =>
    char === '\n' ? char : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
