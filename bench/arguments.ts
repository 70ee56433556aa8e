// What the bench is to do, as its command line says.

import { parseArgs } from 'node:util';

export const USAGE = `npm run bench -- [layers|parsers|loaders|server|scaling|memory|startup]...
npm run bench -- replay
npm run bench -- shards: --via shards into an InfluxDB 2, beside ready batches; --rows <n> gives the export's size in rows
npm run bench -- databases: InfluxDB, PostgreSQL and Prometheus, those that are found
npm run bench -- reliability, or of it [fuzz|kills|faults|refusals]...: takes hours, and real servers
npm run bench -- sweep, or of it [sweep-workers|sweep-batch|sweep-chunk|sweep-size|sweep-animals|sweep-columns|sweep-bad|sweep-in-flight|
  sweep-server-batch|sweep-shards]...: about 20 minutes, and 16 GB of disk
  --bytes <bytes>  size of the export (default: 600000000; with --quick 20000000)
npm run bench -- compare A.json B.json: what differs between two runs
npm run bench -- publish FILE.json: draw the chart, write the table into the README
  --bytes <bytes>  size of the export (default: 300000000; with --quick 15000000)
  --quick          a smoke run of under half a minute: its figures say little
  --rounds <n>     measure everything so often (default: 3, layers 5); more rounds, less noise
  --large          load 3 GB too, to show that memory does not grow
  --json <file>    write the figures there as well
  --help           print this
`;

export const SEE_HELP = 'npm run bench -- --help tells what there is.';

/** Of the user: told without a stack, with exit code 2. */
export class Mistake extends Error {}

export interface BenchArguments {
  /** What is to be measured, or `compare` or `publish` and their files. */
  readonly names: readonly string[];
  readonly bytes: number | undefined;
  readonly rows: number | undefined;
  readonly rounds: number | undefined;
  readonly quick: boolean;
  readonly large: boolean;
  readonly json: string | undefined;
  readonly help: boolean;
}

const LEAST = { bytes: 1e6, rows: 1, rounds: 1 };

/** @returns in a sentence what is wrong with them, where something is */
export function readArguments(args: readonly string[]): BenchArguments | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        bytes: { type: 'string' },
        rows: { type: 'string' },
        rounds: { type: 'string' },
        quick: { type: 'boolean', default: false },
        large: { type: 'boolean', default: false },
        json: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const { bytes, rows, rounds, ...others } = values;
    return { ...others, json: values.json, names: positionals, ...counts({ bytes, rows, rounds }) };
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split(/\. To specify/);
    return `${sentence.replace(/\.?$/, '.')} ${SEE_HELP}`;
  }
}

/** @throws Error for a value that is no count */
function counts(texts: Record<keyof typeof LEAST, string | undefined>): Pick<BenchArguments, keyof typeof LEAST> {
  const read = (name: keyof typeof LEAST): number | undefined => {
    const text = texts[name];
    if (text === undefined) return undefined;
    const value = Number(text);
    if (Number.isInteger(value) && value >= LEAST[name]) return value;
    throw new Error(`--${name} wants a whole number of at least ${LEAST[name]}, not '${text}'`);
  };
  return { bytes: read('bytes'), rows: read('rows'), rounds: read('rounds') };
}
