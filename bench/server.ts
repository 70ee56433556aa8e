// The same into a real InfluxDB 2 on the same machine, beside the rate at which
// it takes ready-made batches from memory: that is all that a loader could reach.

import type { ExportFile } from './export-file.ts';
import { type Figure, figureOf } from './figures.ts';
import { BenchServer } from './influx-server.ts';
import { LOADERS } from './peers/load-peers.ts';
import { installed, type Peer, remarkOf } from './peers/peer.ts';
import { type LoadRun, runPeer, runSkein, runSkeinInto, type SkeinRun } from './programs.ts';
import { IN_FLIGHT, readBatches, sendBatches } from './ready-batches.ts';
import { inRounds } from './rounds.ts';

export const SERVER = 'server';
export const LOAD_PHASE = 'skein load, server: the load phase';
export const WHOLE = 'skein load, server';
export const TO_CEILING = 'skein load, server: the load phase to the ceiling';
/** What a peer's rate is called. */
export const intoServer = ({ name }: Peer): string => `${name}, server`;

interface Round {
  readonly skein: SkeinRun;
  readonly ceiling: number;
  readonly peers: ReadonlyMap<Peer, LoadRun>;
}

/** @param sliceOf what the peers load: half as much as without a server, which makes them slower */
export async function measureServer(file: ExportFile, sliceOf: (bytes: number) => ExportFile, roundCount: number): Promise<Figure[]> {
  const server = await BenchServer.ofEnvironment();
  const peers = installed(LOADERS);
  await runSkein(file, 2);
  const batches = readBatches();
  const ready = (): Promise<number> => server.withBucket((bucket) => sendBatches(batches, file, bucket));
  const skeinLoad = (): Promise<SkeinRun> => server.withBucket((bucket) => runSkeinInto(file, bucket));
  const { rounds, yardstick } = await inRounds<Round>(SERVER, roundCount, async (i) => {
    // Taking turns at being first, as the server has work left over from the one before.
    const first = i % 2 === 0 ? await ready() : undefined;
    const skein = await skeinLoad();
    const ceiling = first ?? (await ready());
    const runs = new Map<Peer, LoadRun>();
    for (const peer of peers.keys()) runs.set(peer, await server.withBucket((bucket) => runPeer(peer, sliceOf(peer.bytes / 2), bucket)));
    return { skein, ceiling, peers: runs };
  });

  const figure = (name: string, unit: string, of: (round: Round) => number, more: Pick<Figure, 'target' | 'remark'> = {}): Figure =>
    figureOf(SERVER, name, unit, rounds.map(of), more);
  const loadPhase = ({ skein }: Round): number => file.rows / skein.loadSeconds;
  const of = (peer: Peer) => (round: Round) => round.peers.get(peer)!;
  return [
    yardstick,
    figure('ready batches from memory, server', 'krows/s', ({ ceiling }) => ceiling / 1e3, {
      remark: `the ceiling of ${server.name}, ${IN_FLIGHT} in flight`,
    }),
    figure(LOAD_PHASE, 'krows/s', (round) => loadPhase(round) / 1e3),
    figure(WHOLE, 'krows/s', ({ skein }) => skein.rowsPerSecond / 1e3, { remark: 'start, survey, preflight, load, verify' }),
    figure('skein load, server: survey', 's', ({ skein }) => skein.surveySeconds),
    figure('skein load, server: verify', 's', ({ skein }) => skein.verifySeconds, {
      remark: 'the only one that asks what the server holds',
    }),
    figure('skein load, server: CPU', 's/Mrows', ({ skein }) => skein.cpuSecondsPerMillionRows),
    ...[...peers].flatMap(([peer, version]) => [
      figure(intoServer(peer), 'krows/s', (round) => of(peer)(round).rowsPerSecond / 1e3, { remark: remarkOf(version, peer.difference) }),
      figure(`${intoServer(peer)}: CPU`, 's/Mrows', (round) => of(peer)(round).cpuSecondsPerMillionRows),
    ]),
    figure(TO_CEILING, 'x', (round) => loadPhase(round) / round.ceiling, {
      target: { bound: 'at least', limit: 0.85, later: 0.9 },
    }),
  ];
}
