// The manifest of a directory that a load has filled: what is written last there,
// and stands for all the rest.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';
import { SkeinError } from '../errors.ts';
import { describeIssues } from '../schema-issues.ts';
import { shellWord } from '../shell-word.ts';
import type { SourceIdentity } from '../source/range-reader.ts';
import { readJournal } from './journal.ts';
import { JOURNAL_FILE, MANIFEST_FILE } from './run-directory.ts';

const FORMAT = 1;
/** What a load of which the journal is elsewhere has made so far. */
const OUTPUT_NAME = /^(part|shard)-\d/;

/** What every manifest begins with. */
export const manifestHead = { manifest: z.literal(FORMAT), sources: z.array(z.object({ path: z.string() })).min(1) };

export interface Manifest {
  readonly directory: string;
  /** Of the manifest itself. */
  readonly identity: SourceIdentity & { readonly fingerprint: string };
  readonly content: unknown;
  /** It is of files of shards, not of parts of lines. */
  readonly isOfShards: boolean;
}

/**
 * Read the manifest in `directory`.
 *
 * @throws SkeinError `state` when the load into it is not finished, `source` when it is no manifest of this version
 */
export async function readManifest(directory: string): Promise<Manifest> {
  const path = resolve(directory, MANIFEST_FILE);
  const text = await readText(directory, path);
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw notRight(path, (cause as Error).message);
  }
  const version = z.object({ manifest: z.int() }).safeParse(content);
  if (version.success && version.data.manifest > FORMAT) {
    throw new SkeinError('source', `${path} was written by a newer Skein (format ${version.data.manifest}). Replay it with that one.`);
  }
  const { size, mtimeMs } = statSync(path);
  const fingerprint = createHash('sha256').update(text).digest('hex');
  const isOfShards = z.object({ shards: z.array(z.unknown()) }).safeParse(content).success;
  return { directory, identity: { path, size, mtimeMs, fingerprint }, content, isOfShards };
}

/**
 * What a manifest was found to hold.
 *
 * @throws SkeinError `source` when it is not as a load writes it
 */
export function checkManifest<Content>(path: string, parsed: z.ZodSafeParseResult<Content>): Content {
  if (!parsed.success) throw notRight(path, describeIssues(parsed.error));
  return parsed.data;
}

function notRight(path: string, what: string): SkeinError {
  return new SkeinError('source', `${path} is not as a load writes it. ${what}.`);
}

async function readText(directory: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw new SkeinError('source', `${path} cannot be read: ${message}.`, { cause });
    if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) {
      throw new SkeinError('source', `There is no directory ${directory}. Name one that skein load has filled.`, { cause });
    }
    if (!readdirSync(directory).some((name) => name === JOURNAL_FILE || OUTPUT_NAME.test(name))) {
      throw new SkeinError('source', `${directory} holds no Skein load. Name a directory that skein load has filled.`, { cause });
    }
    const command = loadCommand(sourcesIn(join(directory, JOURNAL_FILE)), directory);
    throw new SkeinError(
      'state',
      `${directory} has no ${MANIFEST_FILE}: the load into it is not finished. Finish it first, with the flags that it was begun with: ${command}`,
      { cause },
    );
  }
}

/** The exports that the load was of, if its journal lies there and can be read. */
function sourcesIn(journal: string): string[] {
  try {
    return pathsOf(readJournal(journal)?.run.sources ?? []);
  } catch {
    return [];
  }
}

export function pathsOf(sources: readonly { readonly path: string }[]): string[] {
  return sources.map(({ path }) => path);
}

/** The command that loads exports into a directory. */
export function loadCommand(sources: readonly string[], directory: string): string {
  const files =
    sources.length > 0 && sources.every((path) => isAbsolute(path) && existsSync(path)) ? sources.map(shellWord).join(' ') : '<file>';
  return `skein load ${files} --to ${shellWord(directory)}`;
}
