// What a comparison with the server found, in sentences.

import { count, counted } from '../counted.ts';
import { SkeinError } from '../errors.ts';
import { isVerified, type Verification } from '../verify/compare.ts';
import { instant, shown } from './words.ts';

const SHOWN_DIFFERENCES = 10;

export function verificationLines(found: Verification): string[] {
  const { points, series, fields, counts, values, compared, alreadyThere } = found;
  if (points === 0) return ['There is no point that the server must hold, so it was not asked.'];
  const how = `counted by ${fields.map((field) => shown(field)).join(', ')}, series by series and year by year`;
  const lines = isVerified(found)
    ? [
        `The server holds all ${counted(points, 'point')} of ${count(series)} series (${how}).`,
        `${counted(compared, 'point')} of them were compared value by value: all are right.`,
      ]
    : [`THE SERVER DOES NOT HOLD WHAT IT MUST: ${counted(points, 'point')} of ${count(series)} series (${how}).`];
  for (const { series: key, year, field, expected, found: has } of counts.slice(0, SHOWN_DIFFERENCES)) {
    lines.push(`${year}: ${count(has)} instead of ${count(expected)} points with ${shown(field)}: ${shown(key)}`);
  }
  for (const { series: key, timeMs, field, expected, found: has } of values.slice(0, SHOWN_DIFFERENCES)) {
    lines.push(
      `${instant(timeMs)}: ${shown(field)} is ${has === undefined ? 'not there' : shown(String(has))} instead of ${shown(String(expected))}: ${shown(key)}`,
    );
  }
  const more = counts.length + values.length - Math.min(counts.length, SHOWN_DIFFERENCES) - Math.min(values.length, SHOWN_DIFFERENCES);
  if (more > 0) lines.push(`… and ${counted(more, 'difference')} more; --json lists all`);
  if (alreadyThere > 0) lines.push(`${counted(alreadyThere, 'point')} of these series and years are there beyond those of the file.`);
  return lines;
}

/** The same for `--json`; the README documents it. */
export function verificationJson(found: Verification): Record<string, unknown> {
  const { points, series, fields, counts, values, compared, alreadyThere } = found;
  return {
    verified: isVerified(found),
    points,
    series,
    countedBy: fields,
    countDifferences: counts,
    alreadyThere,
    compared,
    valueDifferences: values.map(({ timeMs, expected, found: has, ...place }) => ({
      ...place,
      time: new Date(timeMs).toISOString(),
      expected: String(expected),
      found: has === undefined ? null : String(has),
    })),
  };
}

/** @throws SkeinError `verify` when there is a difference */
export function checkVerified(found: Verification): void {
  const { counts, values } = found;
  if (isVerified(found)) return;
  throw new SkeinError(
    'verify',
    `The server holds something else than the file says: ${counted(counts.length, 'count')} and ${counted(values.length, 'value')} differ. Load it again with --fresh, which changes nothing where the server is right, and verify again.`,
  );
}
