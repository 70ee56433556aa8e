// What a server's refusal means, in words for people.

import type { InfluxTarget } from './target.ts';

/**
 * What a refused write means and what to do. Never holds the token.
 *
 * @param said as `serverMessage` gives it
 */
export function writeFailureSentence(target: InfluxTarget, status: number, said: string): string {
  const { url, bucket, org } = target;
  switch (status) {
    case 401:
      return tokenSentence(target);
    case 403:
      return `${url} does not let this token write into the bucket ${bucket}. Use a token with write permission for it.`;
    case 404:
      if (/organization/.test(said)) return `${url} has no organization ${org}. Check --org or INFLUX_ORG.`;
      return `${url} has no bucket ${bucket}. Check --bucket or INFLUX_BUCKET, or let Skein make it with --create-bucket.`;
    default:
      return `${url} refused a write with status ${status}${said === '' ? '' : `: ${said}`}.`;
  }
}

/** There is no token, or a wrong one. */
export function tokenSentence({ url, token }: Pick<InfluxTarget, 'url' | 'token'>): string {
  return token === undefined
    ? `${url} wants a token. Put it into INFLUX_TOKEN, or name a file with --token-file or --env-file.`
    : `${url} does not accept the token. Check INFLUX_TOKEN (or --token-file, --env-file).`;
}

const SHOWN_CHARS = 300;
/** Servers quote the line first and then say what is wrong with it, so the end is shown too. */
const SHOWN_END_CHARS = 120;

/** The server's own words from an answer's body. */
export function serverMessage(server: Pick<InfluxTarget, 'token'>, body: string): string {
  let text = body;
  try {
    const { message, error } = JSON.parse(body) as { message?: unknown; error?: unknown };
    text = String(message ?? error ?? body);
  } catch {
    // Plain text then.
  }
  return serverWords(server, text);
}

/** Words of a server, of a length that can be shown, without the token and without anything that could steer a terminal. */
export function serverWords({ token }: Pick<InfluxTarget, 'token'>, words: string): string {
  const text = (token === undefined ? words : words.replaceAll(token, '***'))
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .replace(/\.$/, '');
  if (text.length <= SHOWN_CHARS) return text;
  return `${text.slice(0, SHOWN_CHARS - SHOWN_END_CHARS)}…${text.slice(-SHOWN_END_CHARS)}`;
}
