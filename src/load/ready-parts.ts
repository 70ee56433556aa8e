// The parts of a load into a directory, ready to be sent.
//
// Input: the directory. Output: where each batch lies, from the manifest.
// Invariant: every part is there, and as long as the manifest says.

import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';
import type { PartMember } from '../destination/destination.ts';
import type { PlannedLoad } from '../destination/influx/planned-load.ts';
import type { TimeSpan } from '../destination/influx/shard-groups.ts';
import { SkeinError } from '../errors.ts';
import { describeIssues } from '../schema-issues.ts';
import { shellWord } from '../shell-word.ts';
import type { SourceIdentity } from '../source/range-reader.ts';
import { readJournal } from './journal.ts';
import type { RunChunk } from './run-chunks.ts';
import { JOURNAL_FILE, MANIFEST_FILE } from './run-directory.ts';

const FORMAT = 1;

const count = z.int().nonnegative();
const member = z.object({ offset: count, length: count, lines: count.min(1), bytes: count, firstMs: z.int(), lastMs: z.int() });
const part = z
  .object({
    // Nothing but a name: a manifest from elsewhere must not reach other files.
    name: z.string().regex(/^part-\d+\.lp\.gz$/, 'must look like part-000000.lp.gz'),
    members: z.array(member).min(1),
  })
  .refine(({ members }) => lieEndToEnd(members), 'its members do not lie end to end');
const manifestSchema = z
  .object({
    manifest: z.literal(FORMAT),
    sources: z.array(z.object({ path: z.string() })).min(1),
    precision: z.literal('ms'),
    mapping: z.object({
      measurement: z.string(),
      fields: z.array(z.object({ column: z.string(), key: z.string().optional(), type: z.enum(['float', 'integer', 'boolean', 'text']) })),
    }),
    books: z.object({ points: count }),
    parts: z.array(part),
  })
  .refine(({ parts, books }) => linesOf(parts.flatMap(({ members }) => members)) === books.points, 'its parts and its books do not agree');

/** A part that can be sent. */
export interface ReadyPart extends RunChunk {
  readonly name: string;
  readonly file: SourceIdentity;
  readonly members: readonly PartMember[];
}

export interface ReadyParts {
  /** The manifest itself, which stands for all of them. */
  readonly manifest: SourceIdentity & { readonly fingerprint: string };
  /** Of all parts, compressed. */
  readonly bytes: number;
  readonly lines: number;
  /** What they hold, as far as the manifest says. */
  readonly planned: PlannedLoad;
  readonly parts: readonly ReadyPart[];
}

/**
 * Find the parts in `directory`.
 *
 * @throws SkeinError `state` when the load into it is not finished, `source` when something is not as the load left it
 */
export async function findParts(directory: string): Promise<ReadyParts> {
  const path = resolve(directory, MANIFEST_FILE);
  const text = await readManifest(directory, path);
  const { sources, parts, books, mapping } = checkManifest(path, text);
  const again = `Load the export again: ${loadCommand(pathsOf(sources), directory)} --fresh.`;

  const ready: ReadyPart[] = [];
  const damages: string[] = [];
  let [rowsBefore, end] = [0, 0];
  for (const [index, { name, members }] of parts.entries()) {
    const found = statSync(join(directory, name), { throwIfNoEntry: false });
    const size = lengthOf(members);
    const rows = linesOf(members);
    end += size;
    if (found?.size === size) {
      const file = { path: resolve(directory, name), size, mtimeMs: found.mtimeMs };
      ready.push({ index, source: 0, rowsBefore, rows, end, name, file, members });
    } else {
      damages.push(found === undefined ? `${name} is missing` : `${name} has ${found.size} bytes instead of ${size}`);
    }
    rowsBefore += rows;
  }
  const [first] = damages;
  if (first !== undefined) {
    const more = damages.length > 1 ? `, and ${damages.length - 1} more parts are not as they were` : '';
    throw new SkeinError('source', `${directory} is damaged: ${first}${more}. ${again}`);
  }
  const { size, mtimeMs } = statSync(path);
  const fingerprint = createHash('sha256').update(text).digest('hex');
  const planned = { ...mapping, fields: new Map(mapping.fields.map(({ column, key, type }) => [key ?? column, type])), ...spanOf(ready) };
  return { manifest: { path, size, mtimeMs, fingerprint }, bytes: end, lines: books.points, planned, parts: ready };
}

async function readManifest(directory: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw new SkeinError('source', `${path} cannot be read: ${message}.`, { cause });
    if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) {
      throw new SkeinError('source', `There is no directory ${directory}. Name one that skein load has filled.`, { cause });
    }
    const command = loadCommand(sourcesIn(join(directory, JOURNAL_FILE)), directory);
    throw new SkeinError(
      'state',
      `${directory} has no ${MANIFEST_FILE}: the load into it is not finished. Finish it first, with the flags that it was begun with: ${command}`,
      { cause },
    );
  }
}

function checkManifest(path: string, text: string): z.infer<typeof manifestSchema> {
  const notRight = (what: string): SkeinError => new SkeinError('source', `${path} is not as a load writes it. ${what}.`);
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw notRight((cause as Error).message);
  }
  const version = z.object({ manifest: z.int() }).safeParse(content);
  if (version.success && version.data.manifest > FORMAT) {
    throw new SkeinError('source', `${path} was written by a newer Skein (format ${version.data.manifest}). Replay it with that one.`);
  }
  if (z.object({ shards: z.array(z.unknown()) }).safeParse(content).success) {
    throw new SkeinError(
      'source',
      `${path} is of shard files, which take another way into a server than lines. Load the export without --format shards to replay it.`,
    );
  }
  const parsed = manifestSchema.safeParse(content);
  if (!parsed.success) throw notRight(describeIssues(parsed.error));
  return parsed.data;
}

/** The exports that the load was of, if its journal lies there and can be read. */
function sourcesIn(journal: string): string[] {
  try {
    return pathsOf(readJournal(journal)?.run.sources ?? []);
  } catch {
    return [];
  }
}

function pathsOf(sources: readonly { readonly path: string }[]): string[] {
  return sources.map(({ path }) => path);
}

function loadCommand(sources: readonly string[], directory: string): string {
  const files =
    sources.length > 0 && sources.every((path) => isAbsolute(path) && existsSync(path)) ? sources.map(shellWord).join(' ') : '<file>';
  return `skein load ${files} --to ${shellWord(directory)}`;
}

function lieEndToEnd(members: readonly PartMember[]): boolean {
  let end = 0;
  return members.every(({ offset, length }) => {
    const follows = offset === end;
    end += length;
    return follows;
  });
}

function spanOf(parts: readonly ReadyPart[]): TimeSpan {
  let [firstMs, lastMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const member of parts.flatMap(({ members }) => members)) {
    firstMs = Math.min(firstMs, member.firstMs);
    lastMs = Math.max(lastMs, member.lastMs);
  }
  return { firstMs, lastMs };
}

function lengthOf(members: readonly PartMember[]): number {
  return members.reduce((sum, { length }) => sum + length, 0);
}

function linesOf(members: readonly PartMember[]): number {
  return members.reduce((sum, { lines }) => sum + lines, 0);
}
