// Manage buckets of an InfluxDB 2 through its own client.

import { HttpError, InfluxDB } from '@influxdata/influxdb-client';
import { BucketsAPI, OrgsAPI } from '@influxdata/influxdb-client-apis';
import { SkeinError } from '../../errors.ts';
import type { InfluxTarget } from './target.ts';

/** Years of history want few shards: with the server's default of 7 days they would be hundreds. */
const SHARD_GROUP_SECONDS = 52 * 7 * 86_400;

/**
 * Make the target's bucket, without an end to its retention.
 *
 * @throws SkeinError `destination` when the organization is unknown or the token may not make buckets
 */
export async function makeBucket(target: InfluxTarget): Promise<void> {
  const { url, org = '', bucket, token = '' } = target;
  const client = new InfluxDB({ url, token });
  try {
    const { orgs = [] } = await new OrgsAPI(client).getOrgs({ org });
    const orgID = orgs[0]?.id;
    if (orgID === undefined) throw new SkeinError('destination', `${url} has no organization ${org} that this token may see. Check --org.`);
    await new BucketsAPI(client).postBuckets({
      body: { orgID, name: bucket, retentionRules: [{ type: 'expire', everySeconds: 0, shardGroupDurationSeconds: SHARD_GROUP_SECONDS }] },
    });
  } catch (cause) {
    if (!(cause instanceof HttpError)) throw cause;
    if (cause.statusCode === 404)
      throw new SkeinError('destination', `${url} has no organization ${org}. Check --org or INFLUX_ORG.`, { cause });
    throw new SkeinError(
      'destination',
      `${url} did not let this token make the bucket ${bucket} (status ${cause.statusCode}). Make the bucket yourself, or use a token that may.`,
      { cause },
    );
  }
}
