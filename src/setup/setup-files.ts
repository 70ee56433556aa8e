// The files that setup writes, and what each of them holds.
//
// The variables are those that InfluxDB's tools, its container and Grafana's read.

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Operator } from '../destination/influx/influxdb-2-setup.ts';
import { EnvFile } from './env-file.ts';
import type { Place } from './place.ts';

/** Of the server's container: it sets itself up with them at its first start. */
const FIRST_START = {
  mode: 'DOCKER_INFLUXDB_INIT_MODE',
  username: 'DOCKER_INFLUXDB_INIT_USERNAME',
  password: 'DOCKER_INFLUXDB_INIT_PASSWORD',
  org: 'DOCKER_INFLUXDB_INIT_ORG',
  bucket: 'DOCKER_INFLUXDB_INIT_BUCKET',
  token: 'DOCKER_INFLUXDB_INIT_ADMIN_TOKEN',
} as const;
const USERNAME = 'skein';
const GRAFANA_URL = 'http://localhost:3000';

export class SetupFiles {
  readonly env: EnvFile;
  readonly admin: EnvFile;
  readonly #grafana: EnvFile;
  readonly #written = new Set<string>();

  /** @throws SkeinError `usage` when one is there and cannot be read */
  constructor(directory: string) {
    this.env = new EnvFile(join(directory, '.env'));
    this.admin = new EnvFile(join(directory, '.env.admin'));
    this.#grafana = new EnvFile(join(directory, '.env.grafana'));
  }

  /** Note what is no secret of the server's, and a password for Grafana. */
  name({ url, org, bucket }: Place): void {
    this.env.fill('INFLUX_URL', url);
    this.env.fill('INFLUX_ORG', org);
    this.env.fill('INFLUX_BUCKET', bucket);
    this.env.fill('GRAFANA_URL', GRAFANA_URL);
    this.#grafana.fill('GF_SECURITY_ADMIN_USER', USERNAME);
    this.#grafana.fill('GF_SECURITY_ADMIN_PASSWORD', secret(16));
  }

  /** Make a user and a token for a server that has none yet; what is there is kept. */
  nameOperator({ url, org, bucket }: Place): void {
    this.admin.fill('INFLUX_URL', url);
    this.admin.fill('INFLUX_TOKEN', secret(32));
    this.admin.fill(FIRST_START.mode, 'setup');
    this.admin.fill(FIRST_START.username, USERNAME);
    this.admin.fill(FIRST_START.password, secret(16));
    this.admin.fill(FIRST_START.org, org);
    this.admin.fill(FIRST_START.bucket, bucket);
    this.admin.fill(FIRST_START.token, this.admin.get('INFLUX_TOKEN') ?? '');
  }

  get operator(): Operator {
    const { username, password } = FIRST_START;
    return {
      username: this.admin.get(username) ?? '',
      password: this.admin.get(password) ?? '',
      token: this.admin.get('INFLUX_TOKEN') ?? '',
    };
  }

  /** Whether it is the bucket that a server makes at its first start with these files. */
  isFirstBucket(bucket: string): boolean {
    return this.admin.owns(FIRST_START.bucket) && this.admin.get(FIRST_START.bucket) === bucket;
  }

  /** @throws SkeinError `destination` */
  write(): void {
    for (const file of [this.env, this.admin, this.#grafana]) if (file.write()) this.#written.add(file.name);
  }

  /** Names of the files that were written. */
  get written(): string[] {
    return [...this.#written];
  }
}

/** Digits and letters only, so that no reader takes any of them for something else. */
function secret(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}
