// A proxy in front of a real server that does to writes what networks and
// overloaded servers do.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomFrom } from '../../fixtures/random.ts';
import { bodyOf, forward, pass } from './forward.ts';

export type Fault = 'reset-before' | 'reset-after' | '500' | '503' | '429' | 'stall' | 'truncated';
const FAULTS: readonly Fault[] = ['reset-before', 'reset-after', '500', '503', '429', 'stall', 'truncated'];

export interface FaultProxy {
  readonly url: string;
  /** Writes that came in, each attempt counted. */
  writes: number;
  readonly faults: Map<Fault | '413', number>;
  close(): Promise<void>;
}

export interface FaultOptions {
  /** Share of the writes that something happens to. */
  readonly share: number;
  /** Larger bodies are answered with 413. */
  readonly maxBodyBytes?: number;
  /** How long a stalled write waits before the server gets it; default 300. */
  readonly stallMs?: number;
  /** What 503 and 429 ask for, in seconds and as a date; default 0. */
  readonly retryAfterSeconds?: number;
  readonly seed: number;
}

export async function startFaultProxy(target: string, options: FaultOptions): Promise<FaultProxy> {
  const { share, maxBodyBytes = Number.POSITIVE_INFINITY, stallMs = 300, retryAfterSeconds = 0 } = options;
  const random = randomFrom(options.seed);
  const server = createServer((incoming, response) => {
    void handle(incoming, response).catch(() => incoming.socket.destroy());
  });

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(incoming);
    // The books that a load leaves in the end are no batch of it.
    const isWrite = /\/write\?/.test(incoming.url ?? '') && body.length > 0 && !body.toString('latin1').startsWith('skein_load,');
    if (!isWrite) return pass(target, incoming, body, response);
    proxy.writes++;
    if (body.length > maxBodyBytes) {
      count('413');
      response.writeHead(413).end('{"error":"Request Entity Too Large"}');
      return;
    }
    if (random() >= share) return pass(target, incoming, body, response);
    const fault = FAULTS[Math.floor(random() * FAULTS.length)] as Fault;
    count(fault);
    switch (fault) {
      case 'reset-before':
        incoming.socket.destroy();
        return;
      case 'reset-after':
        await forward(target, incoming, body);
        incoming.socket.destroy();
        return;
      case '500':
        response.writeHead(500).end('{"error":"timeout"}');
        return;
      case '503':
        response.writeHead(503, { 'Retry-After': String(retryAfterSeconds) }).end('busy');
        return;
      case '429':
        response.writeHead(429, { 'Retry-After': new Date(Date.now() + retryAfterSeconds * 1000).toUTCString() }).end('too many');
        return;
      case 'stall':
        await sleep(stallMs);
        return pass(target, incoming, body, response);
      case 'truncated':
        await forward(target, incoming, body);
        incoming.socket.end('HTTP/1.1 204 No Con');
    }
  }

  function count(fault: Fault | '413'): void {
    proxy.faults.set(fault, (proxy.faults.get(fault) ?? 0) + 1);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: FaultProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    writes: 0,
    faults: new Map(),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return proxy;
}
