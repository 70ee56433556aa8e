// The commands and their options.

import { Command, Option } from 'commander';
import { DEFAULT_BATCH_LINES, DEFAULT_REPLAY_WORKERS, DEFAULT_TUNE_SECONDS, DEFAULT_WAIT_TRIES } from '../defaults.ts';
import { SkeinError } from '../errors.ts';
import { VERSION } from '../version.ts';
import {
  addOutputOptions,
  addRowOptions,
  addServerOptions,
  addWriteOptions,
  CA_FILE,
  EXIT_CODES,
  readCommand,
  TO_SERVER,
  waitOption,
} from './option-groups.ts';
import {
  collect,
  fluxDuration,
  type InspectCommandOptions,
  type LoadOptions,
  pointInTime,
  type QueryCommandOptions,
  type ReportOptions,
  type SetupOptions,
  type TuneOptions,
  type VerifyOptions,
  type WriteOptions,
  wholeNumber,
} from './options.ts';
import { queryList } from './query-list.ts';
import { printable } from './words.ts';

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
  addReport(skein, signal);
  addTune(skein, signal);
  addSetup(skein, signal);
  addQuery(skein, signal);
  return skein;
}

function addLoad(skein: Command, signal: AbortSignal): void {
  const load = readCommand(skein, 'load', 'load exports into a directory or a server')
    .usage('<files...> [options]')
    .option(
      '--to <destination>',
      'a directory, the URL of a server, or "influx" for the server that INFLUX_URL or INFLUX_HOST names (default: <file name>.skein/; none for several exports)',
    )
    .option('--max-rejects <rows>', 'write nothing when more rows than this would be rejected (default: no limit)', wholeNumber(0))
    .option('--batch-lines <lines>', 'lines in a batch, at most 4 MiB whatever the number', wholeNumber(1, 1_000_000), DEFAULT_BATCH_LINES)
    .addOption(
      new Option('--format <format>', 'what a directory gets: lines, for any tool, or the files of the shards that an InfluxDB keeps')
        .choices(['lines', 'shards'])
        .default('lines'),
    )
    .addOption(
      new Option(
        '--via <way>',
        'how points get into an InfluxDB 2: by writes; as finished shards, several times faster, into a bucket that is made for them, with the operator token; or auto, as shards where that can be',
      )
        .choices(['write', 'shards', 'auto'])
        .default('write'),
    )
    .option('--report <file>', 'make a page of HTML too, as skein report does, with the books of this load (default: none)')
    .option('--dry-run', 'do everything but write (default: no)')
    .option('--no-verify', 'do not ask a server in the end whether it holds every point (default: ask)');
  addWriteOptions(addServerOptions(addRowOptions(load)))
    .addHelpText('after', NEEDS)
    .action(async (files: string[], options: LoadOptions) => (await import('./load-command.ts')).loadCommand(files, options, signal));
}

/** What a load of any size wants of the machine; the README has the details. */
const NEEDS = `
Memory: about 100 MB, and 30 MB for each worker, whatever the size of the export; two to
three times that where its rows are in no order of time.
Disk: what is not a CSV on disk is unpacked whole into the folder that TMPDIR names; a
directory gets a fifth to a quarter of the export's size, and files of shards want about
two thirds of it while they are made.`;

function addReplay(skein: Command, signal: AbortSignal): void {
  const replay = skein
    .command('replay')
    .description('send what a load has written into a directory to a server, at the speed of the server')
    .usage('<directory> --to <server> [options]')
    .argument('<directory>', 'a directory that skein load has filled')
    .option(...TO_SERVER)
    .option('--max-rejects <lines>', 'stop when the server has refused more lines than this (default: no limit)', wholeNumber(0))
    .option('--workers <threads>', 'threads that send', wholeNumber(1, 1024), DEFAULT_REPLAY_WORKERS);
  addOutputOptions(addWriteOptions(addServerOptions(replay))).action(async (directory: string, options: WriteOptions) =>
    (await import('./replay-command.ts')).replayCommand(directory, options, signal),
  );
}

function addVerify(skein: Command, signal: AbortSignal): void {
  const verify = readCommand(skein, 'verify', 'ask a server whether it holds every point of the exports that were loaded into it')
    .usage('<files...> --to <server> [options]')
    .option(...TO_SERVER)
    .option('--state <directory>', 'where the load kept its rejects (default: below XDG_STATE_HOME)');
  addServerOptions(addRowOptions(verify), 'bucket that is asked').action(async (files: string[], options: VerifyOptions) =>
    (await import('./verify-command.ts')).verifyCommand(files, options, signal),
  );
}

function addInspect(skein: Command, signal: AbortSignal): void {
  const inspect = readCommand(skein, 'inspect', 'say what is in exports, without writing anything')
    .usage('<files...> [options]')
    .option(
      '--to <server>',
      'a server whose speed is measured, on buckets that are made and deleted again: its URL, or "influx" for the one that INFLUX_URL or INFLUX_HOST names (default: none)',
    )
    .option(
      '--admin-env-file <path>',
      'file with the INFLUX_TOKEN of a token that may make and delete buckets (default: the token for writing does that too)',
    )
    .addHelpText('after', '\nWhat the JSON of --json holds is in the README, under "Flags".');
  addServerOptions(inspect, 'bucket that is asked for; nothing is written into it').action(
    async (files: string[], options: InspectCommandOptions) =>
      (await import('./inspect-command.ts')).inspectCommand(files, options, signal),
  );
}

function addReport(skein: Command, signal: AbortSignal): void {
  readCommand(skein, 'report', 'draw what is in exports: one page of HTML with a map, charts and tables')
    .usage('<files...> [options]')
    .option(
      '--out <file>',
      'the page; an earlier report is replaced, nothing else is (default: <file name>.report.html; none for several exports)',
    )
    .action(async (files: string[], options: ReportOptions) => (await import('./report-command.ts')).reportCommand(files, options, signal));
}

function addTune(skein: Command, signal: AbortSignal): void {
  const tune = skein
    .command('tune')
    .description('find out with which flags a server is loaded fastest: tries it on buckets that are made and deleted again')
    .usage('[files...] --to <server> [options]')
    .argument('[files...]', 'exports, as load takes them: the first rows of the first are sent (default: rows that are made up)')
    .option(...TO_SERVER)
    .option('--seconds <seconds>', 'about how long to try', wholeNumber(5, 1800), DEFAULT_TUNE_SECONDS)
    .option(
      '--admin-env-file <path>',
      'file with the INFLUX_TOKEN of a token that may make and delete buckets (default: the token for writing does that too)',
    );
  addOutputOptions(addServerOptions(tune, 'bucket whose shard groups are compared with others; nothing is written into it')).action(
    async (files: string[], options: TuneOptions) => (await import('./tune-command.ts')).tuneCommand(files, options, signal),
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
    .option(...TO_SERVER)
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
  addServerOptions(query, 'bucket that is asked')
    .addHelpText('after', () => `\n${queryList()}\n${EXIT_CODES}`)
    .action(async (name: string | undefined, options: QueryCommandOptions) =>
      (await import('./query-command.ts')).queryCommand(name, options, signal),
    );
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
