// One GET request, its redirects followed.
//
// Invariant: a token goes to the origin that the user named and to no other,
// certificates are verified whatever the environment says, and nothing that
// began encrypted goes on in the clear.

import type { Readable } from 'node:stream';
import { Agent, request } from 'undici';
import { SkeinError } from '../errors.ts';
import { checkUrl, sourceName } from './source-name.ts';

const MOST_REDIRECTS = 10;
/** A server may have to collect the data first. */
const HEADERS_MS = 300_000;
/** From one piece to the next. */
const BODY_MS = 60_000;

const agent = new Agent({ connect: { rejectUnauthorized: true }, headersTimeout: HEADERS_MS, bodyTimeout: BODY_MS });

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Readable;
}

/**
 * Get what is at `url`, as it is stored: nothing is unpacked on the way.
 *
 * @param token `user:password`, or one to bear
 * @throws SkeinError `source` for redirects that are not followed, `usage` for a URL with credentials; else what undici throws
 */
export async function get(
  url: string,
  headers: Readonly<Record<string, string>>,
  token: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  let at = checkUrl(url);
  const { origin } = at;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const authorization = token !== undefined && at.origin === origin ? { authorization: authorizationOf(token) } : {};
    const {
      statusCode,
      headers: answered,
      body,
    } = await request(at, {
      dispatcher: agent,
      signal: signal ?? null,
      headers: { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'skein', ...headers, ...authorization },
    });
    const single = Object.fromEntries(Object.entries(answered).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]));
    const { location } = single;
    if (![301, 302, 303, 307, 308].includes(statusCode) || location === undefined) return { status: statusCode, headers: single, body };
    await body.dump();
    at = redirected(at, location);
  }
  throw new SkeinError(
    'source',
    `${sourceName(url)} redirects more than ${MOST_REDIRECTS} times. Find out in a browser where the file really is, and use that URL.`,
  );
}

function redirected(from: URL, location: string): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (to === undefined || !/^https?:$/.test(to.protocol) || to.username !== '' || to.password !== '') {
    throw new SkeinError('source', `${sourceName(from.href)} redirects to where Skein does not follow. Use the URL of the file itself.`);
  }
  if (from.protocol === 'https:' && to.protocol === 'http:') {
    throw new SkeinError(
      'source',
      `${sourceName(from.href)} redirects from https:// to http://, where anyone on the way can change the data. Use an https:// URL.`,
    );
  }
  return to;
}

function authorizationOf(token: string): string {
  return token.includes(':') ? `Basic ${Buffer.from(token).toString('base64')}` : `Bearer ${token}`;
}
