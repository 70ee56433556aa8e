// The answer in words: how many points a second, what holds them, what others give.

import type { Figure } from './figures.ts';
import { LAYERS, STEPS } from './layers.ts';
import { FAST_CSV_CLIENT, INFLUX_WRITE, PLAIN_PYTHON, PYTHON_CLIENT, TELEGRAF } from './peers/load-peers.ts';

/** Sentences; none of what was not measured. */
export function verdictOf(figures: readonly Figure[]): string[] {
  const find = (section: string, name: string): number | undefined =>
    figures.find((figure) => figure.section === section && figure.name === name)?.value;
  return [intoFiles(find), intoServer(find)].filter((sentence) => sentence !== undefined);
}

type Find = (section: string, name: string) => number | undefined;

function intoFiles(find: Find): string | undefined {
  const rate = find('loaders', 'skein load, files');
  if (rate === undefined) return undefined;
  const others = [
    ...[PLAIN_PYTHON.name].map((name) => ({ name, rate: find('loaders', name) })),
    ...[FAST_CSV_CLIENT, TELEGRAF, INFLUX_WRITE, PYTHON_CLIENT].map(({ name }) => ({ name, rate: find('loaders', `${name}, sink`) })),
  ];
  return `Into files, Skein loads ${thousands(rate)} points a second${limit(find)}. ${told(others, rate)}`;
}

/** The step that takes most of a worker's time. */
function limit(find: Find): string {
  const shares = Object.keys(STEPS).flatMap((name) => {
    const share = find(LAYERS, name);
    return share === undefined ? [] : [{ step: name.replace('of both passes: ', ''), share }];
  });
  const [most] = shares.toSorted((a, b) => b.share - a.share);
  return most === undefined ? '' : `, limited by ${most.step}: ${Math.round(most.share)} % of a worker's time`;
}

function intoServer(find: Find): string | undefined {
  const ratio = find('server', 'skein load, the load phase, to the ceiling');
  const rate = find('server', 'skein load, the load phase');
  const whole = find('server', 'skein load, whole');
  if (ratio === undefined || rate === undefined || whole === undefined) return undefined;
  const others = [FAST_CSV_CLIENT, TELEGRAF, INFLUX_WRITE, PYTHON_CLIENT].map(({ name }) => ({ name, rate: find('server', name) }));
  return (
    `Into the server, ${thousands(rate)} points a second, limited by the server: that is ${Math.round(100 * ratio)} % of what it takes ` +
    `of ready batches on the same cores; with survey and verification ${thousands(whole)}. ${told(others, whole)}`
  );
}

function told(others: readonly { name: string; rate: number | undefined }[], rate: number): string {
  const known = others.flatMap(({ name, rate: other }) =>
    other === undefined ? [] : [`${name} ${thousands(other)} (${times(rate / other)})`],
  );
  return known.length === 0 ? '' : `Others: ${known.join('; ')}.`;
}

function thousands(krows: number): string {
  return `${krows.toFixed(krows >= 10 ? 0 : 1)} thousand`;
}

function times(ratio: number): string {
  return ratio >= 1 ? `Skein is ${ratio.toFixed(1)} times as fast` : `Skein has ${ratio.toFixed(2)} of its speed`;
}
