// A server and what every request to it carries.

import type { Dialect } from './dialect.ts';
import type { InfluxTarget } from './target.ts';

export interface Server {
  /** Without a final slash; it may have a path of its own behind a proxy. */
  readonly url: string;
  /** Never printed. */
  readonly token: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Certificates of further authorities, PEM. */
  readonly ca?: string | undefined;
}

export function serverOf({ url, token, ca }: InfluxTarget, { authorization }: Pick<Dialect, 'authorization'>): Server {
  return { url, token, ca, headers: token === undefined ? {} : { authorization: authorization(token) } };
}

/** A path below the server's URL, from its origin. */
export function below({ url }: Pick<Server, 'url'>, path: string): string {
  return new URL(url).pathname.replace(/\/$/, '') + path;
}
