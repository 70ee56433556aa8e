// A server that answers writes as an InfluxDB 2.9.1 was seen to, for machines
// that have none. It knows one organization, one token that may do everything,
// one that may do all but restore shards and one that may only read.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

import { answerFlux } from './flux-stand-in.ts';
import { StandInShards, type UploadFault } from './shards-stand-in.ts';

export const TOKEN = 'stand-in-token';
export const READ_TOKEN = 'stand-in-read-token';
/** As one that is made in the web page. */
export const ALL_ACCESS_TOKEN = 'stand-in-all-access-token';
export const ORG = 'stand-in-org';
const ORG_ID = '0123456789abcdef';

export interface StandIn {
  readonly url: string;
  /** Lines taken, by bucket, but for books. */
  readonly lines: Map<string, string[]>;
  /** Lines of books that loads have left, in whatever bucket. */
  readonly books: string[];
  /** Requests for a write that were not empty. */
  writes: number;
  /** Times that a bucket was emptied. */
  deletes: number;
  /** Answer the n-th write, from 1, with this status and message instead. */
  fail?: { from: number; status: number; message: string; retryAfter?: string };
  /** What becomes of the n-th upload of a shard, from 1; well, unless this says otherwise. */
  uploadFault?: (n: number) => UploadFault | undefined;
  /** Its shards, and what they were given. */
  readonly shards: StandInShards;
  close(): Promise<void>;
}

/** @param tls key and certificate, PEM: it is reached by https then */
export async function startStandIn(buckets: string[], tls?: { key: string; cert: string }): Promise<StandIn> {
  const lines = new Map(buckets.map((bucket) => [bucket, [] as string[]]));
  const shards = new StandInShards();
  for (const bucket of buckets) shards.make(bucket);
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    // Whoever asked was killed.
    answer(request, response).catch(() => response.destroy());
  };
  const server = tls === undefined ? createServer(listener) : createSecureServer(tls, listener);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces);
    const url = new URL(request.url ?? '/', 'http://stand-in');
    response.setHeader('X-Influxdb-Version', 'v2.9.1');
    response.setHeader('X-Influxdb-Build', 'OSS');
    const token = /^Token (.*)$/.exec(request.headers.authorization ?? '')?.[1];
    if (url.pathname === '/ping') end(response, 204);
    else if (token === undefined || ![TOKEN, ALL_ACCESS_TOKEN, READ_TOKEN].includes(token))
      end(response, 401, 'unauthorized', 'unauthorized access');
    else if (url.pathname === '/api/v2/query') query(body, response);
    else if (url.pathname === '/api/v2/write') write(url, body, request, response, token);
    else if (url.pathname === '/api/v2/orgs')
      json(response, 200, { orgs: url.searchParams.get('org') === ORG ? [{ id: ORG_ID, name: ORG }] : [] });
    else if (url.pathname === '/api/v2/buckets' && request.method === 'POST') createBucket(body, response);
    else if (url.pathname.startsWith('/api/v2/buckets/') && request.method === 'DELETE') removeBucket(url.pathname.slice(16), response);
    else if (url.pathname === '/api/v2/backup/metadata' && token !== TOKEN)
      end(response, 401, 'unauthorized', 'read:authorizations is unauthorized');
    else if (url.pathname === '/api/v2/backup/metadata') {
      const { type, body } = shards.metadata(ORG, TOKEN);
      response.writeHead(200, { 'Content-Type': type }).end(body);
    } else if (url.pathname.startsWith('/api/v2/restore/shards/')) restore(Number(url.pathname.slice(23)), body, response);
    else if (url.pathname === '/api/v2/buckets') listBuckets(url.searchParams.get('name') ?? '', response);
    else if (url.pathname === '/api/v2/delete') empty(url.searchParams.get('bucket') ?? '', response);
    else if (url.pathname === '/query') json(response, 200, { results: [{ statement_id: 0 }] });
    else end(response, 404, 'not found', 'path not found');
  }

  /** As an operator's token sees them, with the retention and shard groups of a bucket that was made by hand. */
  function listBuckets(name: string, response: ServerResponse): void {
    const retentionRules = [{ type: 'expire', everySeconds: 0, shardGroupDurationSeconds: 604_800 }];
    const { id, description } = shards.buckets.get(name) ?? {};
    json(response, 200, { buckets: lines.has(name) ? [{ id, orgID: ORG_ID, type: 'user', name, description, retentionRules }] : [] });
  }

  function removeBucket(id: string, response: ServerResponse): void {
    const name = [...shards.buckets.values()].find((bucket) => bucket.id === id)?.name;
    if (name === undefined) {
      end(response, 404, 'not found', 'bucket not found');
      return;
    }
    shards.buckets.delete(name);
    lines.delete(name);
    end(response, 204);
  }

  let uploads = 0;
  function restore(shard: number, archive: Buffer, response: ServerResponse): void {
    const fault = standIn.uploadFault?.(++uploads);
    if (fault === 'hang') return;
    if (fault === 'cut') response.destroy();
    else if (fault === 'status 503') end(response, 503, 'unavailable', 'out of order');
    else response.writeHead(shards.restore(shard, archive, fault === 'lost')).end();
  }

  function empty(name: string, response: ServerResponse): void {
    standIn.deletes++;
    lines.set(name, []);
    end(response, 204);
  }

  function query(body: Buffer, response: ServerResponse): void {
    const { query } = JSON.parse(body.toString()) as { query: string };
    const answer = answerFlux(query, contentOf);
    if (answer === undefined) end(response, 400, 'invalid', 'the stand-in does not know this query');
    else response.writeHead(200, { 'Content-Type': 'text/csv; charset=utf-8' }).end(answer);
  }

  const merged = new Map<string, { uploads: number; written: number; lines: string[] }>();
  /** What is in memory goes before what is in files. */
  function contentOf(bucket: string): readonly string[] | undefined {
    const written = lines.get(bucket);
    if (written === undefined || shards.uploads.length === 0) return written;
    const known = merged.get(bucket);
    if (known?.uploads === shards.uploads.length && known.written === written.length) return known.lines;
    const all = [...shards.linesOf(bucket), ...written];
    merged.set(bucket, { uploads: shards.uploads.length, written: written.length, lines: all });
    return all;
  }

  function createBucket(body: Buffer, response: ServerResponse): void {
    const { name, description, retentionRules } = JSON.parse(body.toString()) as {
      name: string;
      description?: string;
      retentionRules: { shardGroupDurationSeconds?: number }[];
    };
    if (lines.has(name)) {
      end(response, 422, 'conflict', `bucket with name ${name} already exists`);
      return;
    }
    lines.set(name, []);
    const { id } = shards.make(name, description, retentionRules[0]?.shardGroupDurationSeconds);
    json(response, 201, { id, name });
  }

  function write(url: URL, body: Buffer, request: IncomingMessage, response: ServerResponse, token: string): void {
    const org = url.searchParams.get('org') ?? '';
    const bucket = url.searchParams.get('bucket') ?? '';
    const held = lines.get(bucket);
    if (org !== ORG) end(response, 404, 'not found', `organization name "${org}" not found`);
    else if (held === undefined) end(response, 404, 'not found', `bucket "${bucket}" not found`);
    else if (token === READ_TOKEN) end(response, 403, 'forbidden', 'insufficient permissions for write');
    else if (body.length === 0) end(response, 204);
    else take(held, url, body, request, response);
  }

  function take(held: string[], url: URL, body: Buffer, request: IncomingMessage, response: ServerResponse): void {
    standIn.writes++;
    const { fail } = standIn;
    if (fail !== undefined && standIn.writes >= fail.from) {
      if (fail.retryAfter !== undefined) response.setHeader('Retry-After', fail.retryAfter);
      end(response, fail.status, 'internal error', fail.message);
    } else if (url.searchParams.get('precision') !== 'ms') {
      end(response, 400, 'invalid', 'the tests send milliseconds only');
    } else {
      const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
      const sent = text.toString('utf8').trimEnd().split('\n');
      const times = sent.map((line) => Number(line.slice(line.lastIndexOf(' '))));
      shards.written(url.searchParams.get('bucket') ?? '', times);
      for (const line of sent) (line.startsWith('skein_load,') ? standIn.books : held).push(line);
      end(response, 204);
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const standIn: StandIn = {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lines,
    books: [],
    writes: 0,
    deletes: 0,
    shards,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return standIn;
}

function end(response: ServerResponse, status: number, code?: string, message?: string): void {
  if (code === undefined) {
    response.writeHead(status).end();
    return;
  }
  response.setHeader('X-Platform-Error-Code', code);
  json(response, status, { code, message });
}

function json(response: ServerResponse, status: number, content: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' }).end(JSON.stringify(content));
}
