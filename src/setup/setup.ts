// Make an InfluxDB 2 ready for loads: an organization, a bucket, a token that may
// read and write that bucket and nothing else, and the files that name them.
//
//   .env          what a load and the dashboard need, with that token
//   .env.admin    the operator's token, name and password
//   .env.grafana  name and password for Grafana
//
// Whatever is there is left as it is, so it can be run again at any time. Secrets
// are on the disk before the server learns them: a kill in between loses none.

import { randomBytes } from 'node:crypto';
import { tryEmptyWrite } from '../destination/influx/connect.ts';
import { dialectOf } from '../destination/influx/dialects.ts';
import { influxdb2 } from '../destination/influx/influxdb-2.ts';
import { Influxdb2Buckets } from '../destination/influx/influxdb-2-buckets.ts';
import { Influxdb2Setup, type KnownBucket } from '../destination/influx/influxdb-2-setup.ts';
import { probe } from '../destination/influx/probe.ts';
import { NotAllowed } from '../destination/influx/questions.ts';
import { serverOf } from '../destination/influx/server.ts';
import { DEFAULT_GROUP_SECONDS, HISTORY_GROUP_SECONDS } from '../destination/influx/shard-groups.ts';
import type { InfluxTarget } from '../destination/influx/target.ts';
import { untilHealthy, type Waiting } from '../destination/influx/until-healthy.ts';
import { SkeinError } from '../errors.ts';
import type { EnvFile } from './env-file.ts';
import type { Place } from './place.ts';
import type { SetupFiles } from './setup-files.ts';

export interface SetupOptions {
  /** Default: the server must be there. */
  readonly wait?: Waiting | undefined;
  /** Certificates of authorities to trust besides the known ones, PEM. */
  readonly ca?: string | undefined;
}

/** Write the files, with secrets for a server that is to be started with them, and ask none. */
export function setupFiles(files: SetupFiles, place: Place): void {
  files.name(place);
  files.nameOperator(place);
  files.write();
}

/**
 * Make the server ready, and write the files.
 *
 * @returns what was missing and is there now, in sentences
 * @throws SkeinError; its message says what to do
 */
export async function setup(files: SetupFiles, place: Place, { wait, ca }: SetupOptions): Promise<string[]> {
  const { url } = place;
  if (wait !== undefined) await untilHealthy({ url, ca }, wait);
  await checkIsInfluxdb2(url, ca);
  const made = await onboard(files, place, ca);
  const token = files.admin.get('INFLUX_TOKEN');
  if (token === undefined) throw new SkeinError('destination', noOperator(url, files.admin));
  files.name(place);
  const target: InfluxTarget = { kind: 'influx', dialect: 'influxdb-2', ...place, ca, token, retryMs: 0 };
  const server = new Influxdb2Setup(serverOf(target, influxdb2));
  const orgId = await server.findOrg(place.org).catch((cause: unknown) => {
    throw cause instanceof NotAllowed ? new SkeinError('destination', wrongOperator(cause, files.admin), { cause }) : cause;
  });
  const bucket = await makeBucket(server, orgId, files, place, made);
  await makeToken(server, bucket, files.env, { ...target, token: files.env.get('INFLUX_TOKEN') }, made);
  files.write();
  return made;
}

/** Set the server up if nobody has yet. */
async function onboard(files: SetupFiles, place: Place, ca: string | undefined): Promise<string[]> {
  const server = new Influxdb2Setup({ url: place.url, ca, token: undefined, headers: {} });
  if (!(await server.isFresh())) return [];
  files.nameOperator(place);
  files.write();
  await server.onboard(files.operator, place.org, place.bucket);
  return [`The server was set up, with the organization ${place.org}, a user and an operator's token.`];
}

async function makeBucket(server: Influxdb2Setup, orgId: string, files: SetupFiles, place: Place, made: string[]): Promise<KnownBucket> {
  const days = HISTORY_GROUP_SECONDS / 86_400;
  const found = await server.findBucket(orgId, place.bucket);
  if (found === undefined) {
    made.push(`The bucket ${place.bucket} was made, with shard groups of ${days} days.`);
    return server.createBucket(orgId, place.bucket, HISTORY_GROUP_SECONDS);
  }
  // The server's own setup makes it, and cannot be told how.
  if (files.isFirstBucket(place.bucket) && found.keepsForEver && found.shardGroupSeconds === DEFAULT_GROUP_SECONDS) {
    await server.setShardGroups(found, HISTORY_GROUP_SECONDS);
    made.push(`The bucket ${place.bucket} has shard groups of ${days} days now, for years of history.`);
  }
  return found;
}

/** @param target with the token that is in the file */
async function makeToken(server: Influxdb2Setup, bucket: KnownBucket, env: EnvFile, target: InfluxTarget, made: string[]): Promise<void> {
  if (target.token !== undefined) {
    if (await mayReadAndWrite(target)) return;
    if (!env.owns('INFLUX_TOKEN')) {
      throw new SkeinError(
        'usage',
        `The INFLUX_TOKEN in ${env.name}, in a line that is not of skein setup, may not read and write the bucket ${target.bucket} of ${target.url}. Take the line away, or put the right token there, and run skein setup again.`,
      );
    }
  }
  // Named before it is made: when its answer is lost, the next run knows which token that was, and replaces it.
  env.fill('INFLUX_TOKEN_DESCRIPTION', `skein: ${target.bucket}, ${randomBytes(4).toString('hex')}`);
  env.write();
  env.replace('INFLUX_TOKEN', await server.replaceToken(bucket, env.get('INFLUX_TOKEN_DESCRIPTION') ?? ''));
  made.push(`A token was made that may read and write the bucket ${target.bucket} and nothing else.`);
}

async function mayReadAndWrite(target: InfluxTarget): Promise<boolean> {
  const { refusal } = await tryEmptyWrite(target);
  // Else the server has other troubles, and the token may be right.
  if (refusal !== undefined && ![401, 403, 404].includes(refusal.status)) throw new SkeinError('destination', refusal.sentence);
  return refusal === undefined && (await new Influxdb2Buckets(serverOf(target, influxdb2), target).find()) !== 'hidden';
}

async function checkIsInfluxdb2(url: string, ca: string | undefined): Promise<void> {
  const dialect = await probe({ url, token: undefined, ca });
  if (dialect === 'influxdb-2') return;
  const what = dialect === 'locked' ? 'wants a token before it says what it is' : `is ${dialectOf({ dialect }).title}`;
  throw new SkeinError(
    'destination',
    `${url} ${what}, and skein setup is for InfluxDB 2. A load needs no more than INFLUX_TOKEN there, if the server wants one at all.`,
  );
}

function noOperator(url: string, admin: EnvFile): string {
  return `${url} is set up already, and there is no operator's token in ${admin.path}. Put one there, as INFLUX_TOKEN=..., and run skein setup again.`;
}

function wrongOperator({ message }: NotAllowed, admin: EnvFile): string {
  return `${message} The token is that of ${admin.path}, and the server is set up already. Put an operator's token there, as INFLUX_TOKEN=..., and run skein setup again. A container that holds nothing you want goes with "docker compose down --volumes".`;
}
