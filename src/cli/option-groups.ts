// Options that several commands have in common.

import { type Command, Option } from 'commander';
import { usableCores } from '../cores.ts';
import { DEFAULT_CHUNK_BYTES, DEFAULT_IN_FLIGHT, DEFAULT_RETRY_SECONDS, DEFAULT_WAIT_TRIES, MAX_CHUNK_BYTES } from '../defaults.ts';
import { DUPLICATE_POLICIES } from '../duplicate-policy.ts';
import { collect, nameList, pointInTime, wholeNumber } from './options.ts';

export const CA_FILE = 'certificate, in PEM form, of an authority that signed that of the server (default: the known ones)';
/** Where a command wants a server, and nothing else will do. */
export const TO_SERVER = [
  '--to <server>',
  'the URL of a server, or "influx" for the one that INFLUX_URL or INFLUX_HOST names (default: none)',
] as const;
export const EXIT_CODES = `
Exit codes: 0 done and balanced, 1 bug or imbalance, 2 usage, 3 source file, 4 an
earlier run is in the way, 5 server or destination, 6 too many rejects, 7 verify found
a difference, 130 and 143 interrupted.`;

/** A command that reads an export, with what all such have in common. */
export function readCommand(skein: Command, name: string, description: string): Command {
  const command = skein
    .command(name)
    .description(description)
    .argument(
      '<files...>',
      'a CSV that Movebank, or anything else with a mapping, has written: as it is, in a .gz or .zip, at an http(s) URL, or - for standard input; a folder of these; several are one run',
    )
    .option('--mapping <file>', 'JSON file that says what each column becomes, or "tutorial" (default: the rules for Movebank)')
    .option('--measurement <name>', 'measurement of the points (default: the mapping\'s, or "movebank")')
    .option(
      '--reference <file>',
      'reference data, whose deployments add to the rows of their animals and tags (default: <study>-reference-data.csv beside the export, unless there is a mapping)',
    )
    .option('--no-reference', 'add nothing of reference data (default: add it)')
    .option(
      '--reference-tags <columns>',
      'columns of it that become tags, with commas between, or "none" (default: animal-sex,animal-life-stage where it has them)',
      nameList,
    )
    .option('--reference-fields <columns>', 'columns of it that become fields (default: none)', nameList)
    .option('--workers <threads>', 'threads that read and write', wholeNumber(1, 1024), usableCores())
    .option('--chunk-bytes <bytes>', 'bytes of CSV that a worker takes at once', wholeNumber(1, MAX_CHUNK_BYTES), DEFAULT_CHUNK_BYTES);
  return addOutputOptions(command);
}

/** Which rows are written, and how often. */
export function addRowOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--duplicates <policy>',
        'rows that share series and time and differ; equal ones are written once (default: the mapping\'s, or "keep")',
      ).choices(DUPLICATE_POLICIES),
    )
    .addOption(new Option('--outliers <policy>', 'rows marked visible=false').choices(['keep', 'drop']).default('keep'))
    .addOption(new Option('--no-location <policy>', 'rows without a location').choices(['keep', 'drop']).default('keep'))
    .option('--since <time>', 'only rows at or after this date or RFC 3339 time, UTC (default: all)', pointInTime)
    .option('--until <time>', 'only rows before this date or RFC 3339 time, UTC (default: all)', pointInTime)
    .option('--individual <name>', 'only rows of this animal; repeat it for more (default: all)', collect);
}

/** Which server, and how to get in. @param bucket what the bucket is for */
export function addServerOptions(command: Command, bucket = 'bucket to write into'): Command {
  return command
    .option('--bucket <name>', `${bucket}; on InfluxDB 1.x database[/retention-policy] (default: INFLUX_BUCKET, or "movebank")`)
    .option('--org <name>', 'organization that the bucket belongs to (default: INFLUX_ORG)')
    .option('--env-file <path>', 'file of INFLUX_ variables; they go before those of the environment (default: none)')
    .option(
      '--token-file <path>',
      'file that holds the token and nothing else (default: the token is INFLUX_TOKEN; a server that wants one is answered by a question on the terminal)',
    )
    .option('--ca-file <path>', CA_FILE)
    .addOption(
      waitOption(
        `ask until the server is healthy before anything else, ${DEFAULT_WAIT_TRIES} times or as often as is said (default: do not wait)`,
      ),
    );
}

export function waitOption(description: string): Option {
  return new Option('--wait [tries]', description).argParser(wholeNumber(1, 1000));
}

/** What all commands that send have in common. */
export function addWriteOptions(command: Command): Command {
  return command
    .option('--create-bucket', 'make the bucket if the server does not have it (default: no)')
    .option('--replace-bucket', 'delete everything that the bucket holds before anything is written, after a question (default: no)')
    .option('--yes', 'answer that question with yes (default: no)')
    .option(
      '--admin-env-file <path>',
      'file with the INFLUX_TOKEN of a token that may look at buckets, make and empty them (default: the token for writing does that too)',
    )
    .option('--in-flight <batches>', 'batches that each worker sends at once', wholeNumber(1, 64), DEFAULT_IN_FLIGHT)
    .option(
      '--rate-limit <points>',
      'points a second that a server gets at most, over all workers (default: no limit)',
      wholeNumber(1, 1e9),
    )
    .option('--retry-seconds <seconds>', 'how long to try to send a batch before giving up', wholeNumber(0), DEFAULT_RETRY_SECONDS)
    .option(
      '--state <directory>',
      'where the journal and the rejects are kept (default: the output directory; for a server below XDG_STATE_HOME)',
    )
    .option('--fresh', 'start over where an earlier run left something (default: go on with it)');
}

export function addOutputOptions(command: Command): Command {
  return command
    .option('--json', 'print the result as one JSON object on standard output (default: no)')
    .option('--quiet', 'print no progress and no summary (default: no)')
    .addHelpText('after', EXIT_CODES);
}
