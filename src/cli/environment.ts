// Where the server's address and token come from: flags, a file, the environment.

import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { InfluxOptions } from '../destination/influx/connect.ts';
import { SkeinError } from '../errors.ts';
import { isUrl, stemOf } from '../source/source-name.ts';
import { askLine, canAsk } from './ask.ts';
import type { ServerOptions, WriteOptions } from './options.ts';
import { warnOfPlainHttp } from './plain-http.ts';
import { keepSecret } from './secrets.ts';
import { waitingOf } from './waiting.ts';

const DEFAULT_BUCKET = 'movebank';
const SERVER_OF_ENVIRONMENT = 'influx';
/** What a server is called by who forgets `http://`. */
const HOST_AND_PORT = /^[a-z0-9.-]+:\d{2,5}(\/|$)/i;

/**
 * The destination that the user means. The environment alone never chooses a server.
 *
 * @throws SkeinError `usage` where several exports are named and no destination
 */
export async function destinationOf(
  files: readonly string[],
  options: ServerOptions & Partial<WriteOptions>,
  signal: AbortSignal,
): Promise<{ directory: string } | InfluxOptions> {
  const { to = nameAfter(files) } = options;
  if (isServer(to)) return serverOf({ ...options, to }, signal);
  if (HOST_AND_PORT.test(to))
    throw new SkeinError('usage', `${to} looks like a server. Say http://${to}, or https://${to}; a directory of that name is ./${to}.`);
  return { directory: to };
}

/** The directory that is named after what is loaded. */
function nameAfter(files: readonly string[]): string {
  const [file] = files;
  if (file !== undefined && files.length === 1) return `${stemOf(file)}.skein`;
  throw new SkeinError('usage', 'Several exports are loaded into one place. Say into which with --to: a directory, or a server.');
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
  const variables = await variablesOf(options);
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

/**
 * The Grafana that has the dashboard, if the user has one.
 *
 * @throws SkeinError `usage` for a GRAFANA_URL that is none
 */
export async function grafanaOf(options: ServerOptions): Promise<string | undefined> {
  const url = (await variablesOf(options))['GRAFANA_URL'] || undefined;
  if (url === undefined || /^https?:\/\/[^@?#]+$/.test(url)) return url;
  throw new SkeinError('usage', 'GRAFANA_URL cannot be read. It looks like http://localhost:3000.');
}

/** A file's go before those of the environment. */
async function variablesOf({ envFile }: ServerOptions): Promise<Readonly<Record<string, string | undefined>>> {
  return envFile === undefined ? process.env : { ...process.env, ...(await readVariables(envFile, '--env-file')) };
}

/**
 * What gets exports from the server of URLs, from the environment.
 *
 * @returns undefined where none of `sources` is a URL, or nothing is set
 * @throws SkeinError `usage` where it would go to several servers
 */
export function sourceTokenFor(sources: readonly string[]): string | undefined {
  const urls = sources.filter(isUrl);
  const token = urls.length > 0 ? process.env['SKEIN_SOURCE_TOKEN'] || undefined : undefined;
  if (token === undefined) return undefined;
  keepSecret(token);
  const servers = new Set(urls.map((url) => (URL.canParse(url) ? new URL(url).origin : url)));
  if (servers.size > 1) {
    throw new SkeinError(
      'usage',
      'SKEIN_SOURCE_TOKEN is for one server, and the exports are on several. Load them one after the other, or unset it.',
    );
  }
  for (const url of urls) warnOfPlainHttp(url);
  return token;
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
