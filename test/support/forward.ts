// What the proxies of the tests have in common: a request handed on, its answer
// handed back.

import { type IncomingMessage, request, type ServerResponse } from 'node:http';

/** Of the server's answers. */
const PASSED_HEADERS = ['x-influxdb-version', 'x-influxdb-build', 'content-type'];

export async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

/** Hand a request on to `target`, and its answer back. */
export async function pass(target: string, incoming: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
  const { status, headers, text } = await forward(target, incoming, body);
  response.writeHead(status, headers).end(text);
}

/** Hand a request on to `target`. */
export function forward(
  target: string,
  incoming: IncomingMessage,
  body: Buffer,
): Promise<{ status: number; headers: Record<string, string>; text: Buffer }> {
  return new Promise((resolve, reject) => {
    const { host: _, connection: __, 'transfer-encoding': ___, ...headers } = incoming.headers;
    const outgoing = request(
      target + incoming.url,
      { method: incoming.method ?? 'GET', headers: { ...headers, 'content-length': body.length } },
      (answer) => {
        const pieces: Buffer[] = [];
        answer.on('data', (piece: Buffer) => pieces.push(piece));
        answer.on('end', () => {
          const passed = PASSED_HEADERS.flatMap((name) => {
            const value = answer.headers[name];
            return typeof value === 'string' ? [[name, value]] : [];
          });
          resolve({
            status: answer.statusCode ?? 500,
            headers: Object.fromEntries(passed),
            text: Buffer.concat(pieces),
          });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
