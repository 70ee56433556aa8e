// A program that does with an export what `skein load` does.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Command } from '../measured-process.ts';

/** Where a peer writes to. */
export interface WriteTarget {
  readonly url: string;
  readonly org: string;
  readonly bucket: string;
  readonly token: string;
}

export interface Peer {
  readonly name: string;
  /** What it does otherwise than `skein load`; empty where it is nothing. */
  readonly difference: string;
  /** How to get it. */
  readonly get: string;
  /** How much of the export it loads: enough that its start weighs little, in seconds. */
  readonly bytes: number;
  /** Its version, and those of what it is made of; undefined where it is not installed. */
  find(): string | undefined;
  /** Load `file` into `to`. */
  load(file: string, to: WriteTarget): Command;
}

/** Those that are installed, with their versions. */
export function installed(peers: readonly Peer[]): ReadonlyMap<Peer, string> {
  return new Map(peers.map((peer) => [peer, peer.find()] as const).filter((found): found is [Peer, string] => found[1] !== undefined));
}

/** What is printed beside a peer's figures. */
export function remarkOf(version: string, difference: string): string {
  return difference === '' ? version : `${version}; ${difference}`;
}

/** The first match in what a program prints; undefined where there is no such program. */
export function versionPrinted(program: string, args: readonly string[], pattern: RegExp): string | undefined {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8' });
  return status === 0 ? (pattern.exec(stdout)?.[1] ?? 'of unknown version') : undefined;
}

/** Undefined where the package is not installed. */
export function packageVersion(name: string): string | undefined {
  // Not every package exports its `package.json`, so it is looked for where Node would look.
  for (const folder of createRequire(import.meta.url).resolve.paths(name) ?? []) {
    const path = `${folder}/${name}/package.json`;
    if (existsSync(path)) return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
  }
  return undefined;
}
