// The answer in words: how many points a second, what holds them, what others give.

import type { Figure } from './figures.ts';
import { LAYERS, STEPS } from './layers.ts';
import { INTO_FILES, intoSink, LOADERS_SECTION } from './loaders.ts';
import { LOADERS, PLAIN_PYTHON, SINK_LOADERS } from './peers/load-peers.ts';
import { intoServer, LOAD_PHASE, SERVER, TO_CEILING, WHOLE } from './server.ts';

/** A rate that nothing else holds is this near to what a server takes at most. */
const NEAR = 0.8;

type Find = (section: string, name: string) => number | undefined;

/** Sentences; none of what was not measured. */
export function verdictOf(figures: readonly Figure[]): string[] {
  const find: Find = (section, name) => figures.find((figure) => figure.section === section && figure.name === name)?.value;
  return [ofFiles(find), ofServer(find)].filter((sentence) => sentence !== undefined);
}

function ofFiles(find: Find): string | undefined {
  const rate = find(LOADERS_SECTION, INTO_FILES);
  if (rate === undefined) return undefined;
  const others = [
    [PLAIN_PYTHON.name, find(LOADERS_SECTION, PLAIN_PYTHON.name)] as const,
    ...SINK_LOADERS.map((peer) => [peer.name, find(LOADERS_SECTION, intoSink(peer))] as const),
  ];
  return `Into files, Skein loads ${thousand(rate)} points a second${limitOf(find)}. ${told(others, rate)}`;
}

/** The step that takes most of a worker's time. */
function limitOf(find: Find): string {
  const shares = Object.keys(STEPS).map((name) => ({ step: name.slice(name.indexOf(': ') + 2), share: find(LAYERS, name) ?? 0 }));
  const [most] = shares.toSorted((a, b) => b.share - a.share);
  return most === undefined || most.share === 0 ? '' : `, limited by ${most.step} (${Math.round(most.share)} % of a worker's time)`;
}

function ofServer(find: Find): string | undefined {
  const toCeiling = find(SERVER, TO_CEILING);
  const loadPhase = find(SERVER, LOAD_PHASE);
  const whole = find(SERVER, WHOLE);
  if (toCeiling === undefined || loadPhase === undefined || whole === undefined) return undefined;
  const others = LOADERS.map((peer) => [peer.name, find(SERVER, intoServer(peer))] as const);
  const limit = toCeiling >= NEAR ? ', limited by the server' : '';
  const share = `${Math.round(100 * toCeiling)} % of what it takes of ready batches on the same cores`;
  return `Into the server, it is ${thousand(loadPhase)}${limit}: ${share}; with survey and verification ${thousand(whole)}. ${told(others, whole)}`;
}

/** What others reach, and how many times of that `rate` is. */
function told(others: readonly (readonly [name: string, rate: number | undefined])[], rate: number): string {
  const known = others.flatMap(([name, other]) =>
    other === undefined ? [] : [`${name} ${thousand(other)} (Skein: ${(rate / other).toFixed(1)} x)`],
  );
  return `Others: ${known.join('; ')}.`;
}

function thousand(krows: number): string {
  return `${krows.toFixed(krows >= 10 ? 0 : 1)} thousand`;
}
