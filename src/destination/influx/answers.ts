// What a server's answer to a write means, and what to do about it.
//
// As all of them use the statuses of HTTP. Which lines a refusal of some means
// is the dialect's business.

export type Verdict =
  | { readonly kind: 'taken' }
  /** Send the same again, not before `afterMs`. */
  | { readonly kind: 'again'; readonly afterMs: number; readonly overload: boolean }
  /** The body is too large. */
  | { readonly kind: 'smaller' }
  /** Some line of it is refused. The others may or may not be written. */
  | { readonly kind: 'partly' }
  /** Nothing of the run can be written. */
  | { readonly kind: 'stop' };

const OVERLOAD = [429, 500, 503];
const PASSING = [408, ...OVERLOAD, 502, 504];
const SOME_LINE = [400, 422];

/** @param retryAfter the header: seconds or a date */
export function judgeAnswer(status: number, retryAfter: string | undefined, nowMs: number): Verdict {
  if (status >= 200 && status < 300) return { kind: 'taken' };
  if (isPassing(status)) return { kind: 'again', afterMs: waitAskedFor(retryAfter, nowMs), overload: OVERLOAD.includes(status) };
  if (status === 413) return { kind: 'smaller' };
  return { kind: SOME_LINE.includes(status) ? 'partly' : 'stop' };
}

/** Whether the same request may be answered another time. */
export function isPassing(status: number): boolean {
  return PASSING.includes(status);
}

function waitAskedFor(retryAfter: string | undefined, nowMs: number): number {
  if (retryAfter === undefined) return 0;
  const ms = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - nowMs;
  return Number.isNaN(ms) ? 0 : Math.max(0, ms);
}
