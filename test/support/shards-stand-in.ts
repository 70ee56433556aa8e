// The shards of a server that stands in for an InfluxDB 2.9.1: its backup of its
// metadata, and its taking finished files, as a real one was seen to do both. So
// a file that it cannot use, or has no room for, is answered with 200 and gone.

import { randomBytes } from 'node:crypto';
import { readTsm, type TsmValue } from '../oracle/read-tsm.ts';

const YEAR_ONE_MS = -62_135_596_800_000;

interface Group {
  shard: number;
  startMs: number;
  /** Lines of the files that it was given, by their names. */
  files: Map<string, string[]>;
}

interface Bucket {
  id: string;
  name: string;
  description: string;
  groupMs: number;
  groups: Group[];
}

/** What becomes of an upload that does not go well. `lost`: answered with 200, and not kept. */
export type UploadFault = 'lost' | 'status 503' | 'cut' | 'hang';

export class StandInShards {
  readonly buckets = new Map<string, Bucket>();
  /** Names of the files that were handed over, whatever became of them. */
  readonly uploads: { shard: number; name: string }[] = [];
  #shards = 0;

  make(name: string, description = '', groupSeconds = 604_800): Bucket {
    const bucket = { id: randomBytes(8).toString('hex'), name, description, groupMs: groupSeconds * 1000, groups: [] };
    this.buckets.set(name, bucket);
    return bucket;
  }

  /** As a write of points at these times does. */
  written(name: string, timesMs: readonly number[]): void {
    const bucket = this.buckets.get(name);
    for (const ms of timesMs) {
      if (bucket === undefined) continue;
      const startMs = Math.floor((ms - YEAR_ONE_MS) / bucket.groupMs) * bucket.groupMs + YEAR_ONE_MS;
      if (bucket.groups.every((group) => group.startMs !== startMs))
        bucket.groups.push({ shard: ++this.#shards, startMs, files: new Map() });
    }
  }

  /** Lines of all files of a bucket; of two files of a shard the later name counts. */
  linesOf(name: string): string[] {
    return (this.buckets.get(name)?.groups ?? []).flatMap(({ files }) => [...files].sort().flatMap(([, lines]) => lines));
  }

  /** The answer to `GET /api/v2/backup/metadata`. */
  metadata(org: string, token: string): { type: string; body: Buffer } {
    const boundary = randomBytes(30).toString('hex');
    const part = (name: string, type: string, content: Buffer): Buffer =>
      Buffer.concat([
        Buffer.from(`--${boundary}\r\nContent-Disposition: attachment; name="${name}"\r\nContent-Type: ${type}\r\n\r\n`),
        content,
        Buffer.from('\r\n'),
      ]);
    const database = Buffer.concat([randomBytes(150_000), Buffer.from(`\r\n--\r\n${token}\r\n\r\n`), randomBytes(50_000)]);
    const body = Buffer.concat([
      part('kv', 'application/octet-stream', database),
      part('sql', 'application/octet-stream', Buffer.from(`SQLite format 3\0${token}`)),
      part(
        'buckets',
        'application/json; charset=utf-8',
        Buffer.from(JSON.stringify([...this.buckets.values()].map((of) => asJson(of, org)))),
      ),
      Buffer.from(`--${boundary}--\r\n`),
    ]);
    return { type: `multipart/mixed; boundary=${boundary}`, body };
  }

  /** The answer's status to `POST /api/v2/restore/shards/{id}`. */
  restore(shard: number, archive: Buffer, isLost: boolean): number {
    const group = [...this.buckets.values()].flatMap(({ groups }) => groups).find((other) => other.shard === shard);
    const name = archive.toString('latin1', 0, 100).replace(/\0.*/s, '');
    this.uploads.push({ shard, name });
    if (group === undefined) return 500;
    const bytes = Number.parseInt(archive.toString('latin1', 124, 135), 8);
    try {
      if (isLost || !/^\d{9}-\d{9}\.tsm$/.test(name)) return 200;
      group.files.set(name, linesIn(archive.subarray(512, 512 + bytes)));
    } catch {
      // Swallowed, as the real one does.
    }
    return 200;
  }
}

function asJson({ id, name, groupMs, groups }: Bucket, org: string): unknown {
  return {
    organizationID: '0123456789abcdef',
    organizationName: org,
    bucketID: id,
    bucketName: name,
    defaultRetentionPolicy: 'autogen',
    retentionPolicies: [
      {
        name: 'autogen',
        replicaN: 1,
        duration: 0,
        shardGroupDuration: groupMs * 1e6,
        shardGroups: groups.map(({ shard, startMs }) => ({
          id: shard,
          startTime: new Date(startMs).toISOString(),
          endTime: new Date(startMs + groupMs).toISOString(),
          shards: [{ id: shard, shardOwners: [] }],
        })),
        subscriptions: [],
      },
    ],
  };
}

/** The points of a file, a line each. */
function linesIn(file: Buffer): string[] {
  const points = new Map<string, string[]>();
  for (const [key, blocks] of readTsm(file)) {
    const [series = '', field = ''] = key.split('#!~#');
    for (const { times, values } of blocks) {
      for (const [i, time] of times.entries()) {
        const at = `${series} ${time / 1_000_000n}`;
        const fields = points.get(at) ?? [];
        points.set(at, fields);
        fields.push(`${field.replace(/[,= ]/g, '\\$&')}=${written(values[i] ?? '')}`);
      }
    }
  }
  return Array.from(points, ([at, fields]) => {
    const end = at.lastIndexOf(' ');
    return `${at.slice(0, end)} ${fields.join(',')}${at.slice(end)}`;
  });
}

function written(value: TsmValue): string {
  if (typeof value === 'string') return `"${value.replace(/["\\]/g, '\\$&')}"`;
  return typeof value === 'bigint' ? `${value}i` : String(value);
}
