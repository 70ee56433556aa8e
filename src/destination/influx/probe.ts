// Tell which server answers at a URL.

import { SkeinError } from '../../errors.ts';
import { ask, type SmallAnswer } from './ask.ts';
import { influxdb3 } from './influxdb-3.ts';
import type { Server } from './server.ts';
import type { DialectName } from './target.ts';

/**
 * Tell a server by its answer to `/ping`.
 *
 * @returns `locked` when it wants a token even for that, or another one, as an InfluxDB 3 may
 * @throws SkeinError `destination` when nothing answers, or something that is not known
 */
export async function probe({ url, token, ca }: Pick<Server, 'url' | 'token' | 'ca'>): Promise<DialectName | 'locked'> {
  const open: Server = { url, token, ca, headers: {} };
  let answer = await ask(open, 'GET', '/ping');
  if (answer.status === 401 && token !== undefined) {
    answer = await ask({ ...open, headers: { authorization: influxdb3.authorization(token) } }, 'GET', '/ping');
  }
  if (answer.status === 401) return 'locked';
  const version = versionOf(answer);
  const mayBeVictoriaMetrics = version === '' || version === '1.8.0';
  if (answer.headers['x-server-hostname'] !== undefined || (mayBeVictoriaMetrics && (await saysOk(open)))) return 'victoria-metrics';
  if (version.startsWith('1.')) return 'influxdb-1';
  if (version.startsWith('3.')) return 'influxdb-3';
  if (version.startsWith('2.') || (await hasSetup(open))) return 'influxdb-2';
  const what = version === '' ? 'does not answer like an InfluxDB' : `is an InfluxDB ${version}, which this version cannot load into`;
  throw new SkeinError(
    'destination',
    `${url} ${what}. Skein loads into InfluxDB 2, 1.x and 3, and VictoriaMetrics; check the URL and port.`,
  );
}

function versionOf({ headers, text }: SmallAnswer): string {
  const version = headers['x-influxdb-version'] ?? /"version"\s*:\s*"([^"]*)"/.exec(text)?.[1] ?? '';
  return String(version).replace(/^v/, '');
}

/** VictoriaMetrics behind a proxy that takes its header away. */
async function saysOk(server: Server): Promise<boolean> {
  const { status, text } = await ask(server, 'GET', '/health');
  return status === 200 && text.trim() === 'OK';
}

/** InfluxDB 2 as somebody built it calls its version `dev`. */
async function hasSetup(server: Server): Promise<boolean> {
  const { status, text } = await ask(server, 'GET', '/api/v2/setup');
  return status === 200 && /"allowed"\s*:/.test(text);
}
