// A server as plain data: what crosses to the workers.

/** The servers that are known, by how they take line protocol. */
export type DialectName = 'influxdb-2' | 'influxdb-1' | 'influxdb-3' | 'victoria-metrics';

export interface InfluxTarget {
  readonly kind: 'influx';
  /** Without credentials and without a final slash. */
  readonly url: string;
  readonly dialect: DialectName;
  /** InfluxDB 2 has one, the others none. */
  readonly org: string | undefined;
  /** On 1.x `database` or `database/retention-policy`, on 3 the database, on VictoriaMetrics the label `db`. */
  readonly bucket: string;
  /** On 1.x `user:password`. Never printed. */
  readonly token: string | undefined;
  /** Certificates of authorities that the user trusts besides the known ones, PEM. */
  readonly ca?: string | undefined;
  /** How long one batch is tried before the run gives up. */
  readonly retryMs: number;
}

/** A bucket as InfluxDB 1.x takes it, and 2 for its sake: a database, and its retention policy if one is named. */
export function databaseOf(bucket: string): { db: string; rp?: string } {
  const slash = bucket.indexOf('/');
  return slash < 0 ? { db: bucket } : { db: bucket.slice(0, slash), rp: bucket.slice(slash + 1) };
}
