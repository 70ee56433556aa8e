// Numbers, times and places as the page writes them.

import { format } from 'd3-format';

const threeDigits = format(',.3~r');
const millions = format('.3~s');
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS: number = 24 * HOUR_MS;

/** Three digits: `1,240`, `12.3`, `2.5M` */
export function rounded(value: number): string {
  return value < 100_000 ? threeDigits(value) : millions(value);
}

/** `2009-05-27 14:00`, UTC */
export function instant(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}

/** `30 s`, `12 min`, `2.5 h`, `41 d` */
export function duration(ms: number): string {
  if (ms < MINUTE_MS) return `${rounded(ms / 1000)} s`;
  if (ms < HOUR_MS) return `${rounded(ms / MINUTE_MS)} min`;
  if (ms < 2 * DAY_MS) return `${rounded(ms / HOUR_MS)} h`;
  return `${rounded(ms / DAY_MS)} d`;
}

/** `850 m`, `12.3 km` */
export function distance(km: number): string {
  return km < 1 ? `${rounded(km * 1000)} m` : `${rounded(km)} km`;
}

/** `63.85° N`. @param decimals of a degree */
export function latitude(degrees: number, decimals: number): string {
  return `${Math.abs(degrees).toFixed(decimals)}°${degrees === 0 ? '' : degrees > 0 ? ' N' : ' S'}`;
}

/** `18.1° W`. @param decimals of a degree */
export function longitude(degrees: number, decimals: number): string {
  const within = degrees - 360 * Math.round(degrees / 360);
  const side = within === 0 || Math.abs(within) === 180 ? '' : within > 0 ? ' E' : ' W';
  return `${Math.abs(within).toFixed(decimals)}°${side}`;
}
