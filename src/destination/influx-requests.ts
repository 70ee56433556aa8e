// How to ask an InfluxDB for a write, and what its refusals mean.

import type { InfluxTarget } from './destination.ts';

/** Path and query of a write, below the server's origin. Times are sent in ms, always said so. */
export function writePath(target: InfluxTarget): string {
  if (target.dialect === 'influxdb-2') {
    return below(target.url, `/api/v2/write?${new URLSearchParams({ org: target.org ?? '', bucket: target.bucket, precision: 'ms' })}`);
  }
  return below(target.url, `/write?${new URLSearchParams({ ...databaseOf(target), precision: 'ms' })}`);
}

/** A path below a server's URL, which may have one of its own behind a proxy. */
export function below(url: string, path: string): string {
  return new URL(url).pathname.replace(/\/$/, '') + path;
}

/** The database of 1.x and its retention policy, if one is named. */
export function databaseOf(target: InfluxTarget): { db: string; rp?: string } {
  const slash = target.bucket.indexOf('/');
  return slash < 0 ? { db: target.bucket } : { db: target.bucket.slice(0, slash), rp: target.bucket.slice(slash + 1) };
}

export function authorization(target: InfluxTarget): { authorization?: string } {
  if (target.token === undefined) return {};
  if (target.dialect === 'influxdb-2') return { authorization: `Token ${target.token}` };
  return { authorization: `Basic ${Buffer.from(target.token).toString('base64')}` };
}

/**
 * What a refused write means and what to do. Never holds the token.
 *
 * @param said as `serverMessage` gives it
 */
export function writeFailureSentence(target: InfluxTarget, status: number, said: string): string {
  const { url, bucket, org } = target;
  switch (status) {
    case 401:
      return target.token === undefined
        ? `${url} wants a token. Put it into INFLUX_TOKEN, or name a file with --token-file or --env-file.`
        : `${url} does not accept the token. Check INFLUX_TOKEN (or --token-file, --env-file).`;
    case 403:
      return `${url} does not let this token write into the bucket ${bucket}. Use a token with write permission for it.`;
    case 404:
      if (/organization/.test(said)) return `${url} has no organization ${org}. Check --org or INFLUX_ORG.`;
      return `${url} has no bucket ${bucket}. Check --bucket or INFLUX_BUCKET, or let Skein make it with --create-bucket.`;
    default:
      return `${url} refused a write with status ${status}${said === '' ? '' : `: ${said}`}.`;
  }
}

const SHOWN_CHARS = 300;

/** The server's own words, fit for a terminal and without the token. */
export function serverMessage(target: InfluxTarget, body: string): string {
  let text = body;
  try {
    const { message, error } = JSON.parse(body) as { message?: unknown; error?: unknown };
    text = String(message ?? error ?? body);
  } catch {
    // Plain text then.
  }
  if (target.token !== undefined) text = text.replaceAll(target.token, '***');
  const printable = text
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .replace(/\.$/, '');
  return printable.length > SHOWN_CHARS ? `${printable.slice(0, SHOWN_CHARS)}…` : printable;
}
