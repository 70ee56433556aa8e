// How wide the windows of time are where the user does not say.

const MOST_WINDOWS = 1000;
const SECOND = 1;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const WIDTHS: readonly (readonly [width: string, seconds: number])[] = [
  ['1s', SECOND],
  ['10s', 10 * SECOND],
  ['1m', MINUTE],
  ['5m', 5 * MINUTE],
  ['15m', 15 * MINUTE],
  ['1h', HOUR],
  ['3h', 3 * HOUR],
  ['6h', 6 * HOUR],
  ['12h', 12 * HOUR],
  ['1d', DAY],
  ['2d', 2 * DAY],
  ['1w', 7 * DAY],
];

/** The narrowest of the usual widths with which a span has at most 1,000 windows, as a duration of Flux. */
export function windowsFor({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): string {
  const seconds = (toMs - fromMs) / 1000 / MOST_WINDOWS;
  const [width] = WIDTHS.find(([, most]) => seconds <= most) ?? [`${Math.ceil(seconds / 7 / DAY)}w`];
  return width;
}
