// A web server that has one file and gives it in all the ways in which web
// servers do, and in some in which they should not.

import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface EarlyAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface FileServerOptions {
  readonly content: Uint8Array;
  /** Another version of the file, from the second request on. */
  readonly later?: Uint8Array;
  /** The connection breaks after so many bytes of the body, for the first requests. */
  readonly cuts?: readonly number[];
  /** After so many bytes nothing more comes, and the connection stays. */
  readonly stallsAfter?: number;
  /** Default: a strong one of each version. */
  readonly etag?: string | undefined;
  /** Gives Last-Modified in place of an ETag. */
  readonly lastModified?: boolean;
  readonly ranges?: 'honoured' | 'ignored' | 'wrong';
  /** Says no length: chunks, as many as there are. */
  readonly chunked?: boolean;
  /** Answers of the first requests, before any is given the file. */
  readonly first?: readonly EarlyAnswer[] | undefined;
  readonly tls?: { readonly key: string; readonly cert: string };
}

export interface FileServer {
  readonly url: string;
  readonly requests: { readonly url: string; readonly headers: IncomingHttpHeaders }[];
  close(): Promise<void>;
}

export async function startFileServer(options: FileServerOptions): Promise<FileServer> {
  const requests: FileServer['requests'] = [];
  const { first = [], cuts = [] } = options;
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const number = requests.push({ url: request.url ?? '', headers: request.headers }) - 1;
    const early = first[number];
    if (early !== undefined) response.writeHead(early.status, early.headers).end(early.body);
    else give(request, response, number - first.length, cuts[number - first.length], options);
  };
  const server = options.tls === undefined ? createServer(answer) : createTlsServer(options.tls, answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function give(
  { headers }: IncomingMessage,
  response: ServerResponse,
  number: number,
  cut: number | undefined,
  { content, later = content, etag, lastModified, ranges = 'honoured', chunked, stallsAfter }: FileServerOptions,
): void {
  const whole = number === 0 ? content : later;
  const version = whole === content ? 'one' : 'two';
  const validator = lastModified ? `Wed, 0${version === 'one' ? 1 : 8} Jul 2026 12:00:00 GMT` : (etag ?? `"${version}"`);
  const [, from] = /^bytes=(\d+)-$/.exec(headers.range ?? '') ?? [];
  const isRest = from !== undefined && ranges !== 'ignored' && headers['if-range'] === validator;
  const start = isRest ? Number(from) - (ranges === 'wrong' ? 10 : 0) : 0;
  const body = whole.subarray(start);
  response.writeHead(isRest ? 206 : 200, {
    ...(lastModified ? { 'last-modified': validator } : validator === '' ? {} : { etag: validator }),
    ...(isRest ? { 'content-range': `bytes ${start}-${whole.length - 1}/${whole.length}` } : {}),
    ...(chunked ? {} : { 'content-length': body.length }),
  });
  if (stallsAfter !== undefined) response.write(body.subarray(0, stallsAfter));
  else if (cut === undefined) response.end(body);
  else response.write(body.subarray(0, cut), () => response.socket?.destroy());
}
