// A server that answers writes as the documentation of InfluxDB 3 Core says,
// for machines that have none, which are all of ours.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

export const TOKEN = 'apiv3_stand-in';
const MAX_BODY_BYTES = 10 << 20;
/** Of a list of bad lines no more are told. */
const MAX_LISTED = 100;

export interface StandIn3 {
  readonly url: string;
  /** Lines written, by database. */
  readonly lines: Map<string, string[]>;
  /** Requests for a write that were not empty. */
  writes: number;
  /** Lines that it cannot take. */
  isBad: (line: string) => boolean;
  close(): Promise<void>;
}

export async function startStandIn3(): Promise<StandIn3> {
  const server = createServer((request, response) => {
    void answer(request, response);
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const url = new URL(request.url ?? '/', 'http://stand-in');
    if (request.headers.authorization !== `Bearer ${TOKEN}`) response.writeHead(401).end();
    else if (url.pathname === '/ping') json(response, 200, { version: '3.1.0', revision: 'abc', process_id: 'def' });
    else if (url.pathname === '/api/v3/write_lp') write(url, Buffer.concat(pieces), request, response);
    else response.writeHead(404).end();
  }

  function write(url: URL, body: Buffer, request: IncomingMessage, response: ServerResponse): void {
    if (body.length === 0) {
      response.writeHead(400).end('incoming write was empty');
      return;
    }
    standIn.writes++;
    const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
    if (text.length > MAX_BODY_BYTES) response.writeHead(413).end();
    else if (url.searchParams.get('precision') !== 'millisecond') json(response, 400, { error: 'the tests send milliseconds only' });
    else take(url.searchParams.get('db') ?? '', text.toString('utf8').trimEnd().split('\n'), response);
  }

  function take(db: string, lines: readonly string[], response: ServerResponse): void {
    const held = standIn.lines.get(db) ?? [];
    standIn.lines.set(db, held);
    const data: { original_line: string; line_number: number; error_message: string }[] = [];
    for (const [i, line] of lines.entries()) {
      if (!standIn.isBad(line)) held.push(line);
      else data.push({ original_line: line.slice(0, 20), line_number: i + 1, error_message: "invalid column type for column 'lat'" });
    }
    if (data.length === 0) response.writeHead(204).end();
    else json(response, 400, { error: 'partial write of line protocol occurred', data: data.slice(0, MAX_LISTED) });
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const standIn: StandIn3 = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lines: new Map(),
    writes: 0,
    isBad: () => false,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return standIn;
}

function json(response: ServerResponse, status: number, content: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(content));
}
