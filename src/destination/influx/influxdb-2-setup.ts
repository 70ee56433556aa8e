// What an operator does on an InfluxDB 2 before anyone loads into it, through its
// own client.

import { HttpError, type InfluxDB } from '@influxdata/influxdb-client';
import { AuthorizationsAPI, type Bucket, BucketsAPI, OrgsAPI, SetupAPI } from '@influxdata/influxdb-client-apis';
import { SkeinError } from '../../errors.ts';
import { clientOf, trying } from './influxdb-2-client.ts';
import { NotAllowed } from './questions.ts';
import type { Server } from './server.ts';
import { DEFAULT_GROUP_SECONDS } from './shard-groups.ts';

const TIMEOUT_MS = 30_000;

/** Who may do everything. */
export interface Operator {
  readonly username: string;
  /** 8 to 72 characters. */
  readonly password: string;
  readonly token: string;
}

/** A bucket that is there. */
export interface KnownBucket {
  readonly id: string;
  readonly orgId: string;
  readonly name: string;
  readonly keepsForEver: boolean;
  readonly shardGroupSeconds: number;
}

/** Every call fails with a SkeinError `destination`, NotAllowed where the token may not. */
export class Influxdb2Setup {
  readonly #server: Server;
  readonly #client: InfluxDB;

  constructor(server: Server) {
    this.#server = server;
    this.#client = clientOf(server, TIMEOUT_MS);
  }

  /** Whether nobody has set it up yet; anyone may ask. */
  async isFresh(): Promise<boolean> {
    const { allowed } = await this.#try('say whether it is set up', () => new SetupAPI(this.#client).getSetup());
    return allowed === true;
  }

  /** Set up a fresh server; anyone may. */
  async onboard({ username, password, token }: Operator, org: string, bucket: string): Promise<void> {
    await this.#try('take its setup', () => new SetupAPI(this.#client).postSetup({ body: { username, password, token, org, bucket } }));
  }

  /** @returns its id */
  async findOrg(name: string): Promise<string> {
    const act = `look at the organization ${name}`;
    const { orgs = [] } = await this.#try(act, () => new OrgsAPI(this.#client).getOrgs({ org: name })).catch((error: SkeinError) => {
      const { cause } = error;
      if (!(cause instanceof HttpError && cause.statusCode === 404)) throw error;
      throw new SkeinError('destination', `${this.#server.url} has no organization ${name}. Check --org or INFLUX_ORG.`, { cause });
    });
    const id = orgs[0]?.id;
    if (id === undefined) throw new NotAllowed(`${this.#server.url} did not let this token ${act}.`);
    return id;
  }

  async findBucket(orgID: string, name: string): Promise<KnownBucket | undefined> {
    const { buckets = [] } = await this.#try(`look at the bucket ${name}`, () =>
      new BucketsAPI(this.#client).getBuckets({ orgID, name }),
    ).catch((error: unknown) => {
      // The answer for a bucket that is not there; one that may not be seen cannot be made either, and then that is said.
      if (error instanceof NotAllowed) return { buckets: [] };
      throw error;
    });
    return buckets[0] === undefined ? undefined : knownBucket(buckets[0]);
  }

  /** Make it, to keep points for ever. */
  async createBucket(orgID: string, name: string, shardGroupDurationSeconds: number): Promise<KnownBucket> {
    const body = { orgID, name, retentionRules: [{ type: 'expire' as const, everySeconds: 0, shardGroupDurationSeconds }] };
    return knownBucket(await this.#try(`make the bucket ${name}`, () => new BucketsAPI(this.#client).postBuckets({ body })));
  }

  /** For shard groups that are yet to come. */
  async setShardGroups({ id, name }: KnownBucket, shardGroupDurationSeconds: number): Promise<void> {
    const body = { retentionRules: [{ type: 'expire' as const, everySeconds: 0, shardGroupDurationSeconds }] };
    await this.#try(`change the bucket ${name}`, () => new BucketsAPI(this.#client).patchBucketsID({ bucketID: id, body }));
  }

  /**
   * Make a token that may read and write one bucket. Earlier ones of that
   * description are removed: a server shows a token once, when it makes it.
   *
   * @returns the token
   */
  async replaceToken({ id, orgId: orgID, name }: KnownBucket, description: string): Promise<string> {
    const tokens = new AuthorizationsAPI(this.#client);
    const { authorizations = [] } = await this.#try('list tokens', () => tokens.getAuthorizations({ orgID }));
    for (const { id: authID = '', description: held } of authorizations) {
      if (held === description) await this.#try('remove a token', () => tokens.deleteAuthorizationsID({ authID }));
    }
    const resource = { type: 'buckets' as const, id, orgID };
    const permissions = (['read', 'write'] as const).map((action) => ({ action, resource }));
    const act = `make a token for the bucket ${name}`;
    const { token } = await this.#try(act, () => tokens.postAuthorizations({ body: { orgID, description, permissions } }));
    if (!token) throw new NotAllowed(`${this.#server.url} did not ${act}.`);
    return token;
  }

  #try<Result>(act: string, action: () => Promise<Result>): Promise<Result> {
    return trying(this.#server, act, action);
  }
}

function knownBucket({ id = '', orgID = '', name, retentionRules }: Bucket): KnownBucket {
  const { everySeconds = 0, shardGroupDurationSeconds = DEFAULT_GROUP_SECONDS } = retentionRules[0] ?? {};
  return { id, orgId: orgID, name, keepsForEver: everySeconds === 0, shardGroupSeconds: shardGroupDurationSeconds };
}
