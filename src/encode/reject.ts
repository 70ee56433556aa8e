// Why a row is not written: a closed set. A reject is data, never an error.

import { type ScanOutcome, TEXT_AFTER_QUOTE, UNCLOSED_QUOTE } from '../csv/row-scanner.ts';

/** Reasons by code. The names appear in `--json` and beside `rejects.csv`. */
export const REJECT_REASONS = [
  { name: 'unclosed-quote', text: 'a quote is opened and not closed' },
  { name: 'text-after-quote', text: 'text follows a closing quote' },
  { name: 'row-too-long', text: 'the row is longer than 1 MiB' },
  { name: 'cell-count', text: 'the row has more or fewer cells than the header' },
  { name: 'no-timestamp', text: 'the timestamp is missing' },
  { name: 'bad-timestamp', text: 'the timestamp is not a date and time of the expected form' },
  { name: 'timestamp-out-of-range', text: 'the timestamp is outside 1677-09-21 to 2262-04-11' },
  { name: 'no-field', text: 'no value is left to write' },
  { name: 'key-too-long', text: 'the tags are longer than 65,535 bytes' },
  { name: 'line-too-long', text: 'the written line would be longer than 1 MiB' },
  { name: 'refused', text: 'the server refused the point' },
] as const;

export type RejectReason = (typeof REJECT_REASONS)[number]['name'];

const codes = new Map(REJECT_REASONS.map(({ name }, code) => [name, code]));

/** The code of a reason. */
export function rejectCode(name: RejectReason): number {
  return codes.get(name)!;
}

/** The reason of a code. */
export function rejectReason(code: number): (typeof REJECT_REASONS)[number] {
  return REJECT_REASONS[code]!;
}

/** The code of the reason for which a scan failed. */
export function malformedCode(outcome: ScanOutcome): number {
  if (outcome === UNCLOSED_QUOTE) return rejectCode('unclosed-quote');
  return rejectCode(outcome === TEXT_AFTER_QUOTE ? 'text-after-quote' : 'row-too-long');
}
