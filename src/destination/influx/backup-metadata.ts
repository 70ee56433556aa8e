// Read which buckets and shards an InfluxDB 2 has, out of its backup of itself.
//
// The answer is multipart/mixed (2.1 and later, seen on 2.9.1). Its parts `kv`
// and `sql` are the server's own databases, with every token of everybody.
// Invariant: their bytes are skipped as they stream by, kept and shown nowhere.

import { request } from 'undici';
import { z } from 'zod';
import { SkeinError } from '../../errors.ts';
import { whyNoAnswer } from './ask.ts';
import { beginningOf } from './body.ts';
import { partNamed } from './multipart.ts';
import { NotAllowed, Unanswered } from './questions.ts';
import { serverMessage } from './sentences.ts';
import { below, type Server } from './server.ts';
import { agentOf } from './tls.ts';

/** Without a word from the server for so long, it counts as not answered. */
const TIMEOUT_MS = 60_000;
/** Of the part that is read: some 300 bytes a shard group. */
const MOST_BYTES = 256 << 20;

/** A part of a bucket's time, and the one shard that holds it. */
export interface ShardGroup {
  readonly shard: number;
  /** Half-open, ms. The first and the last one that a server can have are cut. */
  readonly startMs: number;
  readonly endMs: number;
}

export interface BucketShards {
  readonly id: string;
  readonly org: string;
  readonly name: string;
  /** In the order of time. */
  readonly groups: readonly ShardGroup[];
}

const instant = z.string().transform((text, context) => {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) context.addIssue({ code: 'custom', message: 'no time' });
  return ms;
});
const bucketsSchema = z.array(
  z.object({
    bucketID: z.string(),
    bucketName: z.string(),
    organizationName: z.string(),
    retentionPolicies: z.array(
      z.object({
        shardGroups: z.array(
          z.object({
            startTime: instant,
            endTime: instant,
            deletedAt: z.string().optional(),
            shards: z.array(z.object({ id: z.int().nonnegative() })),
          }),
        ),
      }),
    ),
  }),
);

/**
 * All buckets of the server and their shards.
 *
 * @throws NotAllowed when this token may not, or the server has no such call; Unanswered when it may be answered another time;
 *   SkeinError `destination`
 */
export async function readBackupMetadata(server: Server): Promise<BucketShards[]> {
  try {
    const { statusCode, headers, body } = await request(new URL(server.url).origin + below(server, '/api/v2/backup/metadata'), {
      headers: server.headers,
      dispatcher: agentOf(server.ca),
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
    });
    if (statusCode !== 200) throw refusal(server, statusCode, (await beginningOf(body)).text);
    const boundary = /^multipart\/mixed;.*boundary="?([^";]+)"?/i.exec(String(headers['content-type']))?.[1];
    if (boundary === undefined) {
      body.on('error', () => {}).destroy();
      throw notAsKnown(server);
    }
    return bucketsOf(server, await partNamed(body, boundary, 'buckets', MOST_BYTES));
  } catch (error) {
    if (error instanceof SkeinError) throw error;
    throw new Unanswered(server.url, whyNoAnswer(error), { cause: error });
  }
}

function bucketsOf(server: Server, part: Buffer | undefined): BucketShards[] {
  const parsed = bucketsSchema.safeParse(readJson(part));
  if (!parsed.success) throw notAsKnown(server);
  return parsed.data.map(({ bucketID, bucketName, organizationName, retentionPolicies }) => ({
    id: bucketID,
    org: organizationName,
    name: bucketName,
    groups: retentionPolicies
      .flatMap(({ shardGroups }) => shardGroups)
      .filter(({ deletedAt }) => deletedAt === undefined)
      .flatMap(({ startTime, endTime, shards }) => shards.map(({ id }) => ({ shard: id, startMs: startTime, endMs: endTime })))
      .sort((a, b) => a.startMs - b.startMs),
  }));
}

function readJson(part: Buffer | undefined): unknown {
  try {
    return JSON.parse(part?.toString('utf8') ?? '');
  } catch {
    return undefined;
  }
}

function notAsKnown({ url }: Server): SkeinError {
  return new SkeinError('destination', `${url} tells of its shards in a way that is not known here. Load by writes, without --via shards.`);
}

function refusal(server: Server, status: number, body: string): SkeinError {
  const { url } = server;
  const said = serverMessage(server, body);
  switch (status) {
    case 401:
    case 403:
      return new NotAllowed(
        `--via shards wants the operator token of ${url}, the one that its setup gave, which others may not take the place of (${said}). Name the file of its INFLUX_TOKEN with --admin-env-file, or load without --via shards.`,
      );
    case 404:
      return new NotAllowed(
        `${url} takes no finished shards: --via shards wants an InfluxDB 2.1 or later that is not InfluxDB Cloud. Load without it.`,
      );
    default:
      if (status >= 500 || status === 429) return new Unanswered(url, `status ${status}: ${said}`);
      return new SkeinError('destination', `${url} did not tell of its shards (status ${status}: ${said}). Load without --via shards.`);
  }
}
