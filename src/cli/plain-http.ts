// Warn of a connection that others can read.

import { isIPv4 } from 'node:net';
import { printable } from './words.ts';

let warned = false;

/** Say once that `http://` to another machine is not safe. */
export function warnOfPlainHttp(url: string): void {
  if (warned || !URL.canParse(url)) return;
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'http:' || isThisMachine(hostname)) return;
  warned = true;
  process.stderr.write(
    `skein: Warning: http:// to ${printable(hostname)} sends the token and the data as they are, for anyone on the way to read. Use https:// if the server has it.\n`,
  );
}

/** @param hostname of a URL: IPv6 in brackets */
export function isThisMachine(hostname: string): boolean {
  const name = hostname.replace(/\.$/, '');
  if (name === 'localhost' || name.endsWith('.localhost') || name === '[::1]') return true;
  return (isIPv4(name) && name.startsWith('127.')) || /^\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\]$/.test(name);
}
