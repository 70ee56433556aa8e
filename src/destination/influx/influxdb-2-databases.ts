// The databases that an InfluxDB 2 shows its buckets as, to those who ask in InfluxQL.

import { z } from 'zod';
import { ask } from './ask.ts';
import type { Server } from './server.ts';
import { databaseOf, type InfluxTarget } from './target.ts';

/** A bucket is a database of its own name, unless somebody has made another bucket that database. */
const mappings = z.object({ content: z.array(z.object({ database: z.string(), virtual: z.boolean() })) });

/** Whether the database with a bucket's name is the bucket, as far as this token may know. */
export async function isDatabase(server: Server, { bucket, org = '' }: Pick<InfluxTarget, 'bucket' | 'org'>): Promise<boolean> {
  const { db, rp } = databaseOf(bucket);
  if (rp !== undefined) return false;
  const { status, text } = await ask(server, 'GET', `/api/v2/dbrps?${new URLSearchParams({ org, db })}`);
  const found = status === 200 ? mappings.safeParse(JSON.parse(text)).data?.content : undefined;
  return found?.length === 1 && found[0]?.virtual === true && found[0].database === db;
}
