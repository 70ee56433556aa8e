// The commands and their options.

import { Command, Option } from 'commander';
import { usableCores } from '../cores.ts';
import {
  DEFAULT_BATCH_LINES,
  DEFAULT_CHUNK_BYTES,
  DEFAULT_IN_FLIGHT,
  DEFAULT_REPLAY_WORKERS,
  DEFAULT_RETRY_SECONDS,
  DEFAULT_TUNE_SECONDS,
  DEFAULT_WAIT_TRIES,
  MAX_CHUNK_BYTES,
} from '../defaults.ts';
import { DUPLICATE_POLICIES } from '../duplicate-policy.ts';
import { SkeinError } from '../errors.ts';
import { VERSION } from '../version.ts';
import {
  collect,
  fluxDuration,
  type LoadOptions,
  pointInTime,
  type QueryCommandOptions,
  type ReadOptions,
  type SetupOptions,
  type TuneOptions,
  type VerifyOptions,
  type WriteOptions,
  wholeNumber,
} from './options.ts';
import { queryList } from './query-list.ts';
import { printable } from './words.ts';

const CA_FILE = 'certificate, in PEM form, of an authority that signed that of the server (default: the known ones)';
const EXIT_CODES = `
Exit codes: 0 done and balanced, 1 bug or imbalance, 2 usage, 3 source file, 4 an
earlier run is in the way, 5 server or destination, 6 too many rejects, 7 verify found
a difference, 130 and 143 interrupted.`;

/** @param signal stops a command in order */
export function program(signal: AbortSignal): Command {
  const skein = new Command('skein')
    .description('Load Movebank exports into InfluxDB with many threads, lose nothing, and prove it.')
    .version(VERSION)
    .exitOverride()
    // It repeats what the user typed, or pasted.
    .configureOutput({ writeErr: (text) => process.stderr.write(printable(text, true)) })
    .showHelpAfterError('(skein --help, or skein <command> --help, lists what there is.)');
  addLoad(skein, signal);
  addReplay(skein, signal);
  addVerify(skein, signal);
  addInspect(skein, signal);
  addTune(skein, signal);
  addSetup(skein, signal);
  addQuery(skein, signal);
  return skein;
}

function addLoad(skein: Command, signal: AbortSignal): void {
  const load = readCommand(skein, 'load', 'load an export into a directory or a server')
    .usage('<file> [options]')
    .option(
      '--to <destination>',
      'a directory, the URL of a server, or "influx" for the server that INFLUX_URL or INFLUX_HOST names (default: <file name>.skein/)',
    )
    .option('--max-rejects <rows>', 'write nothing when more rows than this would be rejected (default: no limit)', wholeNumber(0))
    .option('--batch-lines <lines>', 'lines in a batch, at most 4 MiB whatever the number', wholeNumber(1, 1_000_000), DEFAULT_BATCH_LINES)
    .addOption(
      new Option('--format <format>', 'what a directory gets: lines, for any tool, or the files of the shards that an InfluxDB keeps')
        .choices(['lines', 'shards'])
        .default('lines'),
    )
    .option('--dry-run', 'do everything but write (default: no)')
    .option('--no-verify', 'do not ask a server in the end whether it holds every point (default: ask)');
  addWriteOptions(addServerOptions(addRowOptions(load))).action(async (file: string, options: LoadOptions) =>
    (await import('./load-command.ts')).loadCommand(file, options, signal),
  );
}

function addReplay(skein: Command, signal: AbortSignal): void {
  const replay = skein
    .command('replay')
    .description('send what a load has written into a directory to a server, at the speed of the server')
    .usage('<directory> --to <server> [options]')
    .argument('<directory>', 'a directory that skein load has filled')
    .option('--to <server>', 'the URL of a server, or "influx" for the one that INFLUX_URL or INFLUX_HOST names (default: none)')
    .option('--max-rejects <lines>', 'stop when the server has refused more lines than this (default: no limit)', wholeNumber(0))
    .option('--workers <threads>', 'threads that send', wholeNumber(1, 1024), DEFAULT_REPLAY_WORKERS);
  addOutputOptions(addWriteOptions(addServerOptions(replay))).action(async (directory: string, options: WriteOptions) =>
    (await import('./replay-command.ts')).replayCommand(directory, options, signal),
  );
}

function addVerify(skein: Command, signal: AbortSignal): void {
  const verify = readCommand(skein, 'verify', 'ask a server whether it holds every point of an export that was loaded into it')
    .usage('<file> --to <server> [options]')
    .option('--to <server>', 'the URL of a server, or "influx" for the one that INFLUX_URL or INFLUX_HOST names (default: none)')
    .option('--state <directory>', 'where the load kept its rejects (default: below XDG_STATE_HOME)');
  addServerOptions(addRowOptions(verify)).action(async (file: string, options: VerifyOptions) =>
    (await import('./verify-command.ts')).verifyCommand(file, options, signal),
  );
}

function addInspect(skein: Command, signal: AbortSignal): void {
  readCommand(skein, 'inspect', 'say what is in an export, without writing anything')
    .usage('<file> [options]')
    .action(async (file: string, options: ReadOptions) => (await import('./inspect-command.ts')).inspectCommand(file, options, signal));
}

function addTune(skein: Command, signal: AbortSignal): void {
  const tune = skein
    .command('tune')
    .description('find out with which flags a server is loaded fastest: tries it on buckets that are made and deleted again')
    .usage('[file] --to <server> [options]')
    .argument('[file]', 'an export whose first rows are sent (default: rows that are made up)')
    .option('--to <server>', 'the URL of a server, or "influx" for the one that INFLUX_URL or INFLUX_HOST names (default: none)')
    .option('--seconds <seconds>', 'about how long to try', wholeNumber(5, 1800), DEFAULT_TUNE_SECONDS)
    .option(
      '--admin-env-file <path>',
      'file with the INFLUX_TOKEN of a token that may make and delete buckets (default: the token for writing does that too)',
    );
  addOutputOptions(addServerOptions(tune, 'bucket whose shard groups are compared with others; nothing is written into it')).action(
    async (file: string | undefined, options: TuneOptions) => (await import('./tune-command.ts')).tuneCommand(file, options, signal),
  );
}

function addSetup(skein: Command, signal: AbortSignal): void {
  skein
    .command('setup')
    .description('make an InfluxDB 2 ready for loads: a bucket, a token for it alone, and files here that name them')
    .usage('[options]')
    .option('--to <url>', 'the server (default: INFLUX_URL or INFLUX_HOST of .env or the environment, or http://localhost:8086)')
    .option('--org <name>', 'organization (default: INFLUX_ORG, or "skein")')
    .option('--bucket <name>', 'bucket (default: INFLUX_BUCKET, or "movebank")')
    .option('--ca-file <path>', CA_FILE)
    .addOption(waitOption(`how often to ask until the server is healthy`).default(DEFAULT_WAIT_TRIES))
    .option('--files-only', 'write the files for a server that is yet to be started with them, and ask none (default: no)')
    .addHelpText('after', EXIT_CODES)
    .action(async (options: SetupOptions) => (await import('./setup-command.ts')).setupCommand(options, signal));
}

function addQuery(skein: Command, signal: AbortSignal): void {
  const query = skein
    .command('query')
    .description('ask an InfluxDB 2 about what was loaded into it; without a name list the queries')
    .usage('[name] --to <server> [options]')
    .argument('[name]', 'one of the queries')
    .option('--to <server>', 'the URL of a server, or "influx" for the one that INFLUX_URL or INFLUX_HOST names (default: none)')
    .option('--measurement <name>', 'measurement of the points (default: "movebank")')
    .option('--study <name>', 'only this study; repeat it for more (default: all)', collect)
    .option('--taxon <name>', 'only animals of this taxon; repeat it for more (default: all)', collect)
    .option('--individual <name>', 'only this animal; repeat it for more (default: all)', collect)
    .option('--since <time>', 'only what is at or after this date or RFC 3339 time, UTC (default: the first fix)', pointInTime)
    .option('--until <time>', 'only what is before this date or RFC 3339 time, UTC (default: the last fix)', pointInTime)
    .option(
      '--every <duration>',
      'width of the windows of time, like 15m, 6h or 1d (default: so wide that there are at most 1,000)',
      fluxDuration,
    )
    .option('--set <name=value>', 'change a setting of the query; repeat it for more (default: as listed below)', collect)
    .addOption(new Option('--format <format>', 'how the rows are printed').choices(['table', 'csv', 'json']).default('table'))
    .option('--quiet', 'print nothing but the rows (default: no)');
  addServerOptions(query)
    .addHelpText('after', () => `\n${queryList()}\n${EXIT_CODES}`)
    .action(async (name: string | undefined, options: QueryCommandOptions) =>
      (await import('./query-command.ts')).queryCommand(name, options, signal),
    );
}

/** A command that reads an export, with what all such have in common. */
function readCommand(skein: Command, name: string, description: string): Command {
  const command = skein
    .command(name)
    .description(description)
    .argument(
      '<file>',
      'a CSV that Movebank, or anything else with a mapping, has written: as it is, in a .gz or .zip, at an http(s) URL, or - for standard input',
    )
    .option('--mapping <file>', 'JSON file that says what each column becomes, or "tutorial" (default: the rules for Movebank)')
    .option('--measurement <name>', 'measurement of the points (default: the mapping\'s, or "movebank")')
    .option('--workers <threads>', 'threads that read and write', wholeNumber(1, 1024), usableCores())
    .option('--chunk-bytes <bytes>', 'bytes of CSV that a worker takes at once', wholeNumber(1, MAX_CHUNK_BYTES), DEFAULT_CHUNK_BYTES);
  return addOutputOptions(command);
}

/** Which rows are written, and how often. */
function addRowOptions(command: Command): Command {
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
function addServerOptions(command: Command, bucket = 'bucket to write into'): Command {
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

function waitOption(description: string): Option {
  return new Option('--wait [tries]', description).argParser(wholeNumber(1, 1000));
}

/** What all commands that send have in common. */
function addWriteOptions(command: Command): Command {
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

function addOutputOptions(command: Command): Command {
  return command
    .option('--json', 'print the result as one JSON object on standard output (default: no)')
    .option('--quiet', 'print no progress and no summary (default: no)')
    .addHelpText('after', EXIT_CODES);
}

/**
 * Refuse a token on the command line, where others can read it.
 *
 * @throws SkeinError `usage`, which does not repeat it
 */
export function refuseToken(argv: readonly string[]): void {
  if (!argv.some((word) => /^--token(=|$)/.test(word))) return;
  throw new SkeinError(
    'usage',
    'A token on the command line can be read by others. Put it into INFLUX_TOKEN, or name a file with --token-file or --env-file.',
  );
}
