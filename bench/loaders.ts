// Skein against what people load with today, without a server: into files, or into
// a sink that takes everything. In rounds, so that only neighbours are compared.

import type { ExportFile } from './export-file.ts';
import { digits, type Figure, figureOf, median } from './figures.ts';
import { FAST_CSV_CLIENT, INFLUX_WRITE, PLAIN_PYTHON, SINK_LOADERS } from './peers/load-peers.ts';
import { installed, type Peer, remarkOf } from './peers/peer.ts';
import { type LoadRun, runPeer, runPlainPython, runSkein, runSkeinInto, Sink, type SkeinRun } from './programs.ts';
import { readBatches, sendBatches } from './ready-batches.ts';
import { inRounds } from './rounds.ts';

export const LOADERS_SECTION = 'loaders';
export const INTO_FILES = 'skein load, files';
/** What a peer's rate is called. */
export const intoSink = ({ name }: Peer): string => `${name}, sink`;
export const READY_INTO_SINK = 'ready batches from memory, sink';

interface Round {
  readonly files: SkeinRun;
  readonly sink: SkeinRun;
  readonly readyRowsPerSecond: number;
  readonly plainPython: LoadRun | undefined;
  readonly peers: ReadonlyMap<Peer, LoadRun>;
}

/**
 * @param file what Skein loads
 * @param sliceOf what the peers load: they are slow, so that a twentieth takes them about as long, and starting weighs
 *   alike; rows a second are compared
 */
export async function measureLoaders(file: ExportFile, sliceOf: (bytes: number) => ExportFile, roundCount: number): Promise<Figure[]> {
  const peers = installed(SINK_LOADERS);
  const python = PLAIN_PYTHON.find();
  const sink = await Sink.start();
  const { rounds, yardstick } = await inRounds<Round>(LOADERS_SECTION, roundCount, async () => {
    // What is compared stands side by side.
    const files = await runSkein(file, 2);
    const plainPython = python === undefined ? undefined : await runPlainPython(sliceOf(PLAIN_PYTHON.bytes));
    const readyRowsPerSecond = await sendBatches(readBatches(), file, sink);
    const sinkRun = await runSkeinInto(file, sink, '--no-verify');
    const runs = new Map<Peer, LoadRun>();
    for (const peer of peers.keys()) runs.set(peer, await runPeer(peer, sliceOf(peer.bytes), sink));
    return { files, sink: sinkRun, readyRowsPerSecond, plainPython, peers: runs };
  }).finally(() => sink.close());

  const figure = (name: string, unit: string, of: (round: Round) => number, more: Pick<Figure, 'target' | 'remark'> = {}): Figure =>
    figureOf(LOADERS_SECTION, name, unit, rounds.map(of), more);
  const ofRun = (name: string, run: (round: Round) => LoadRun, remark: string): Figure[] => [
    figure(name, 'krows/s', (round) => run(round).rowsPerSecond / 1e3, { remark }),
    figure(`${name}: CPU`, 's/Mrows', (round) => run(round).cpuSecondsPerMillionRows),
    figure(`${name}: peak memory`, 'MiB', (round) => run(round).peakBytes / 2 ** 20),
  ];
  const of = (peer: Peer) => (round: Round) => round.peers.get(peer)!;
  const atLeast = (limit: number, later: number) => ({ target: { bound: 'at least', limit, later } as const });
  const atMost = (limit: number, later: number) => ({ target: { bound: 'at most', limit, later } as const });
  const inOtherUnits = (run: (round: Round) => LoadRun): string => {
    const seconds = median(rounds.map((round) => run(round).seconds));
    return `${digits(seconds)} s, ${digits(file.values / seconds / 1e6)} Mvalues/s, ${digits(file.bytes / seconds / 1e6)} MB/s; 2 workers, survey included`;
  };
  return [
    yardstick,
    ...ofRun(
      INTO_FILES,
      ({ files }) => files,
      inOtherUnits(({ files }) => files),
    ),
    ...ofRun(
      'skein load, sink',
      ({ sink }) => sink,
      inOtherUnits(({ sink }) => sink),
    ),
    figure(READY_INTO_SINK, 'krows/s', ({ readyRowsPerSecond }) => readyRowsPerSecond / 1e3, {
      remark: 'the ceiling of HTTP',
    }),
    ...(python === undefined ? [] : ofRun(PLAIN_PYTHON.name, ({ plainPython }) => plainPython!, remarkOf(python, PLAIN_PYTHON.difference))),
    ...[...peers].flatMap(([peer, version]) => ofRun(intoSink(peer), of(peer), remarkOf(version, peer.difference))),

    figure(
      'skein to fast-csv + influxdb-client',
      'x',
      (round) => round.files.rowsPerSecond / of(FAST_CSV_CLIENT)(round).rowsPerSecond,
      atLeast(20, 30),
    ),
    figure(
      'CPU, skein to fast-csv + influxdb-client',
      'x',
      (round) => round.files.cpuSecondsPerMillionRows / of(FAST_CSV_CLIENT)(round).cpuSecondsPerMillionRows,
      atMost(1 / 15, 1 / 30),
    ),
    ...(python === undefined
      ? []
      : [figure('skein to plain Python', 'x', (round) => round.files.rowsPerSecond / round.plainPython!.rowsPerSecond, atLeast(3, 6))]),
    ...(peers.has(INFLUX_WRITE)
      ? [
          figure(
            'CPU, skein to influx write',
            'x',
            (round) => round.sink.cpuSecondsPerMillionRows / of(INFLUX_WRITE)(round).cpuSecondsPerMillionRows,
            { ...atMost(1 / 5, 1 / 10), remark: 'both into the sink' },
          ),
        ]
      : []),
  ];
}
