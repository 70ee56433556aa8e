// Which server, organization and bucket a directory is set up for.

import { checkUrl } from '../destination/influx/connect.ts';
import { SkeinError } from '../errors.ts';
import type { EnvFile } from './env-file.ts';
import type { SetupFiles } from './setup-files.ts';

export interface Place {
  /** Without a final slash. */
  readonly url: string;
  readonly org: string;
  readonly bucket: string;
}

/** What the user says. */
export interface Wishes {
  readonly url?: string | undefined;
  readonly org?: string | undefined;
  readonly bucket?: string | undefined;
  /** Variables of the environment, which count where no file has them. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const DEFAULTS = { url: 'http://localhost:8086', org: 'skein', bucket: 'movebank' };

/**
 * A place as the files say, else the user, else the environment.
 *
 * @throws SkeinError `usage` when the user says another than the files: one directory is set up for one bucket
 */
export function choosePlace({ env, admin }: Pick<SetupFiles, 'env' | 'admin'>, wishes: Wishes): Place {
  const { environment } = wishes;
  const variable = (name: string): string | undefined => environment[name] || undefined;
  const urlOf = (text: string | undefined): string | undefined => (text ? checkUrl(text) : undefined);
  const adminUrl = urlOf(admin.get('INFLUX_URL'));
  const url =
    agreed(env, 'the server', urlOf(wishes.url), urlOf(env.get('INFLUX_URL') ?? env.get('INFLUX_HOST'))) ??
    adminUrl ??
    checkUrl(variable('INFLUX_URL') ?? variable('INFLUX_HOST') ?? DEFAULTS.url);
  // An operator's token goes to its own server and to no other.
  agreed(admin, 'the server', url, adminUrl);
  return {
    url,
    org: agreed(env, 'the organization', wishes.org, env.get('INFLUX_ORG')) ?? variable('INFLUX_ORG') ?? DEFAULTS.org,
    bucket: agreed(env, 'the bucket', wishes.bucket, env.get('INFLUX_BUCKET')) ?? variable('INFLUX_BUCKET') ?? DEFAULTS.bucket,
  };
}

/** What the user and a file say, where both do not say different things. */
function agreed(file: EnvFile, what: string, wish: string | undefined, held: string | undefined): string | undefined {
  if (!wish || held === undefined || wish === held) return wish || held;
  throw new SkeinError(
    'usage',
    `${file.path} is for ${what} ${held}, not ${wish}. Run skein setup in another directory, or take that file away.`,
  );
}
