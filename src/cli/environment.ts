// Where the server's address and token come from: flags, a file, the environment.

import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { InfluxOptions } from '../destination/influx/connect.ts';
import { SkeinError } from '../errors.ts';
import { askLine, canAsk } from './ask.ts';
import type { ServerOptions, WriteOptions } from './options.ts';
import { warnOfPlainHttp } from './plain-http.ts';
import { keepSecret } from './secrets.ts';
import { waitingOf } from './waiting.ts';

const DEFAULT_BUCKET = 'movebank';
const SERVER_OF_ENVIRONMENT = 'influx';

/** The destination that the user means. The environment alone never chooses a server. */
export async function destinationOf(
  file: string,
  options: ServerOptions & Partial<WriteOptions>,
  signal: AbortSignal,
): Promise<{ directory: string } | InfluxOptions> {
  const { to = `${basename(file).replace(/\.csv$/i, '')}.skein` } = options;
  return isServer(to) ? serverOf({ ...options, to }, signal) : { directory: to };
}

/**
 * The server that the user means.
 *
 * @throws SkeinError `usage` when `--to` names none
 */
export async function serverOf(
  { to = '', ...options }: ServerOptions & Partial<WriteOptions>,
  signal: AbortSignal,
): Promise<InfluxOptions> {
  if (!isServer(to)) {
    const what = to === '' ? 'Say to which server' : `${to} is no server`;
    throw new SkeinError('usage', `${what}: --to takes the URL of one, or "influx" for the one that INFLUX_URL or INFLUX_HOST names.`);
  }
  const variables =
    options.envFile === undefined ? process.env : { ...process.env, ...(await readVariables(options.envFile, '--env-file')) };
  const variable = (name: string): string | undefined => variables[name] || undefined;
  const url = to === SERVER_OF_ENVIRONMENT ? (variable('INFLUX_URL') ?? variable('INFLUX_HOST')) : to;
  if (url === undefined)
    throw new SkeinError('usage', '--to influx wants the server in INFLUX_URL or INFLUX_HOST. Set one, or give the URL with --to.');
  const token = options.tokenFile === undefined ? variable('INFLUX_TOKEN') : await readToken(options.tokenFile);
  const adminToken = options.adminEnvFile === undefined ? undefined : await readAdminToken(options.adminEnvFile);
  for (const secret of [token, adminToken]) keepSecret(secret);
  warnOfPlainHttp(url);
  return {
    url,
    token,
    askForToken: canAsk() ? (server) => askForToken(server, signal) : undefined,
    ca: options.caFile === undefined ? undefined : await readAuthority(options.caFile),
    org: options.org ?? variable('INFLUX_ORG'),
    bucket: options.bucket ?? variable('INFLUX_BUCKET') ?? DEFAULT_BUCKET,
    createBucket: options.createBucket,
    replaceBucket: options.replaceBucket,
    adminToken,
    wait: waitingOf(url, options, signal),
    ...(options.retrySeconds === undefined ? {} : { retryMs: options.retrySeconds * 1000 }),
  };
}

function isServer(to: string): boolean {
  return to === SERVER_OF_ENVIRONMENT || /^[a-z][a-z0-9+.-]*:\/\//i.test(to);
}

async function askForToken(url: string, signal: AbortSignal): Promise<string> {
  const token = await askLine(`Token for ${url} (on InfluxDB 1.x user:password): `, true, signal);
  if (token === '') throw new SkeinError('usage', 'No token was given, so nothing was written.');
  keepSecret(token);
  return token;
}

/** @throws SkeinError `usage` when the file of `--ca-file` holds no certificate */
export async function readAuthority(path: string): Promise<string> {
  const text = await readText(path, '--ca-file');
  try {
    new X509Certificate(text);
    return text;
  } catch (cause) {
    throw new SkeinError('usage', `${path} is no certificate in PEM form, which --ca-file takes: ${(cause as Error).message}.`, { cause });
  }
}

async function readVariables(path: string, flag: string): Promise<Record<string, string>> {
  const { parse } = await import('dotenv');
  return parse(await readText(path, flag));
}

async function readAdminToken(path: string): Promise<string> {
  const token = (await readVariables(path, '--admin-env-file'))['INFLUX_TOKEN'];
  if (!token) throw new SkeinError('usage', `${path} has no INFLUX_TOKEN. It is the file of --admin-env-file.`);
  return token;
}

async function readToken(path: string): Promise<string> {
  const token = (await readText(path, '--token-file')).trim();
  if (token === '' || /\s/.test(token)) throw new SkeinError('usage', `${path} must hold the token and nothing else.`);
  return token;
}

async function readText(path: string, flag: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new SkeinError('usage', `The file of ${flag}, ${path}, cannot be read: ${(cause as Error).message}.`, { cause });
  }
}
