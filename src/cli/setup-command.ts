// `skein setup`: make an InfluxDB 2 ready, say what was missing and what comes next.

import { choosePlace, type Place } from '../setup/place.ts';
import { setup, setupFiles } from '../setup/setup.ts';
import { SetupFiles } from '../setup/setup-files.ts';
import { readAuthority } from './environment.ts';
import type { SetupOptions } from './options.ts';
import { warnOfPlainHttp } from './plain-http.ts';
import { keepSecret } from './secrets.ts';
import { section } from './summary.ts';
import { waitingOf } from './waiting.ts';
import { printable } from './words.ts';

export async function setupCommand(options: SetupOptions, signal: AbortSignal): Promise<void> {
  const files = new SetupFiles(process.cwd());
  const { to, org, bucket, caFile, filesOnly } = options;
  const place = choosePlace(files, { url: to, org, bucket, environment: process.env });
  for (const { secrets } of [files.env, files.admin]) for (const secret of secrets) keepSecret(secret);
  let lines: string[];
  if (filesOnly === true) {
    setupFiles(files, place);
    lines = forStart(files);
  } else {
    warnOfPlainHttp(place.url);
    const ca = caFile === undefined ? undefined : await readAuthority(caFile);
    const made = await setup(files, place, { wait: waitingOf(place.url, options, signal), ca });
    lines = ready(files, place, made);
  }
  process.stdout.write(`${lines.map((line) => printable(line)).join('\n')}\n`);
}

function ready(files: SetupFiles, { url, org, bucket }: Place, made: readonly string[]): string[] {
  const done = [...made, ...writing(files)];
  return [
    `${url} is ready: organization ${org}, bucket ${bucket}.`,
    ...section('Done', done.length === 0 ? ['Nothing was missing, and nothing was changed.'] : done),
    ...section('Next', ['skein load export.csv --to influx --env-file .env']),
  ];
}

function forStart(files: SetupFiles): string[] {
  const done = writing(files);
  return [
    ...(done.length === 0 ? ['The files are there already, and nothing was changed.'] : done),
    ...section('Next', ['docker compose up -d --wait influxdb', 'skein setup']),
  ];
}

function writing({ written }: SetupFiles): string[] {
  if (written.length === 0) return [];
  return [`Written, and to be read by you alone: ${written.join(', ')}.`];
}
