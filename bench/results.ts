// What a run of the bench leaves: one JSON file, small enough to be kept with the source.

import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, platform, totalmem } from 'node:os';
import { VERSION } from '../src/version.ts';
import { Mistake } from './arguments.ts';
import type { Figure } from './figures.ts';

export interface Results {
  readonly skein: string;
  /** When it ended, ISO 8601. */
  readonly date: string;
  readonly machine: Machine;
  /** Of the export that Skein loads into files. */
  readonly bytes: number;
  /** A smoke run: the figures say little. */
  readonly quick: boolean;
  /** How long the bench took. */
  readonly seconds: number;
  readonly figures: readonly Figure[];
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly platform: string;
  readonly node: string;
  /** Over the minute before the start: what else it had to do. */
  readonly load: number;
}

/** Digits of a figure that are kept. */
const DIGITS = 5;

export function thisMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown CPU',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: platform(),
    node: process.version,
    load: rounded(loadavg()[0] ?? Number.NaN),
  };
}

export function resultsOf(machine: Machine, bytes: number, quick: boolean, seconds: number, figures: readonly Figure[]): Results {
  return {
    skein: VERSION,
    date: new Date().toISOString(),
    machine,
    bytes,
    quick,
    seconds: Math.round(seconds),
    // What this machine cannot know is left out.
    figures: figures
      .filter(({ value }) => Number.isFinite(value))
      .map((figure) => ({
        ...figure,
        value: rounded(figure.value),
        ...(figure.rounds === undefined ? {} : { rounds: figure.rounds.map(rounded) }),
      })),
  };
}

export function writeResults(path: string, results: Results): void {
  // One figure a line: readable, and small in a comparison of two versions.
  const { figures, ...head } = results;
  const lines = figures.map((figure) => `    ${JSON.stringify(figure)}`);
  writeFileSync(path, `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "figures": [\n${lines.join(',\n')}\n  ]\n}\n`);
}

export function readResults(path: string): Results {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Results;
  } catch (error) {
    throw new Mistake(`${path} cannot be read as results of the bench: ${(error as Error).message}.`);
  }
}

export function machineLine({ machine }: Pick<Results, 'machine'>): string {
  const { cpu, cores, memoryGiB, node, load } = machine;
  return `${cpu}, ${cores} cores, ${memoryGiB} GiB, Node ${node}, load average ${load} at the start`;
}

/** A sentence when other programs had more to do at the start than the machine has cores. */
export function busyRemarks(...runs: readonly Pick<Results, 'machine'>[]): string[] {
  const isBusy = runs.some(({ machine }) => machine.load > machine.cores);
  return isBusy ? ['Other programs kept the machine busy: trust these figures little, and run the bench on an idle one.'] : [];
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
