// Databases and retention policies of an InfluxDB 1.x.

import { SkeinError } from '../../errors.ts';
import type { BucketFacts, Buckets } from './buckets.ts';
import { goDurationSeconds, quotedName } from './influxql.ts';
import { type Database, InfluxqlClient } from './influxql-client.ts';
import { NotAllowed } from './questions.ts';
import type { Server } from './server.ts';

export class Influxdb1Buckets implements Buckets {
  readonly #server: Server;
  readonly #database: Database;
  readonly #client: InfluxqlClient;

  constructor(server: Server, database: Database) {
    this.#server = server;
    this.#database = database;
    this.#client = new InfluxqlClient(server, database);
  }

  async find(): Promise<BucketFacts | 'missing' | 'hidden'> {
    try {
      const { rp } = this.#database;
      const policy = (await this.#policies()).find(({ name, default: isDefault }) => (rp === undefined ? isDefault === true : name === rp));
      if (policy === undefined) return 'missing';
      const seconds = goDurationSeconds(String(policy['duration']));
      return {
        retentionMs: seconds === 0 ? undefined : seconds * 1000,
        shardGroupSeconds: goDurationSeconds(String(policy['shardGroupDuration'])),
      };
    } catch (error) {
      if (!(error instanceof NotAllowed)) throw error;
      return error.message.includes('database not found') ? 'missing' : 'hidden';
    }
  }

  async create(shardGroupSeconds: number): Promise<void> {
    const { db, rp } = this.#database;
    const shards = `SHARD DURATION ${shardGroupSeconds}s`;
    await this.#client.rows(
      rp !== undefined && (await this.names()).includes(db)
        ? `CREATE RETENTION POLICY ${quotedName(rp)} ON ${quotedName(db)} DURATION INF REPLICATION 1 ${shards}`
        : `CREATE DATABASE ${quotedName(db)} WITH ${shards}${rp === undefined ? '' : ` NAME ${quotedName(rp)}`}`,
    );
  }

  /** A measurement is dropped from every retention policy at once, so there must be only one. */
  async empty(): Promise<void> {
    const { db } = this.#database;
    const policies = await this.#policies();
    if (policies.length > 1) {
      const names = policies.map(({ name }) => String(name)).join(', ');
      throw new SkeinError(
        'destination',
        `${this.#server.url} cannot empty one of several retention policies (${names}) of the database ${db}. Empty it yourself.`,
      );
    }
    for (const { name } of await this.#client.rows('SHOW MEASUREMENTS'))
      await this.#client.rows(`DROP MEASUREMENT ${quotedName(String(name))}`);
  }

  async remove(): Promise<void> {
    const { db, rp } = this.#database;
    await this.#client.rows(
      rp === undefined ? `DROP DATABASE ${quotedName(db)}` : `DROP RETENTION POLICY ${quotedName(rp)} ON ${quotedName(db)}`,
    );
  }

  /** Of databases; their retention policies are not told. */
  async names(): Promise<string[]> {
    return (await this.#client.rows('SHOW DATABASES')).map(({ name }) => String(name));
  }

  #policies(): Promise<Record<string, unknown>[]> {
    return this.#client.rows(`SHOW RETENTION POLICIES ON ${quotedName(this.#database.db)}`);
  }
}
