// The parts of a load into a directory, ready to be sent.
//
// Input: the manifest. Output: where each batch lies.
// Invariant: every part is there, and as long as the manifest says.

import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { PartMember } from '../destination/destination.ts';
import type { PlannedLoad } from '../destination/influx/planned-load.ts';
import type { TimeSpan } from '../destination/influx/shard-groups.ts';
import { SkeinError } from '../errors.ts';
import type { SourceIdentity } from '../source/range-reader.ts';
import { checkManifest, loadCommand, type Manifest, manifestHead, pathsOf } from './manifest.ts';
import type { RunChunk } from './run-chunks.ts';

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
    ...manifestHead,
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
  readonly manifest: Manifest['identity'];
  /** Of all parts, compressed. */
  readonly bytes: number;
  readonly lines: number;
  /** What they hold, as far as the manifest says. */
  readonly planned: PlannedLoad;
  readonly parts: readonly ReadyPart[];
}

/**
 * Find the parts that a manifest tells of.
 *
 * @throws SkeinError `source` when something is not as the load left it
 */
export function findParts({ directory, identity, content }: Manifest): ReadyParts {
  const { sources, parts, books, mapping } = checkManifest(identity.path, manifestSchema.safeParse(content));
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
  const planned = { ...mapping, fields: new Map(mapping.fields.map(({ column, key, type }) => [key ?? column, type])), ...spanOf(ready) };
  return { manifest: identity, bytes: end, lines: books.points, planned, parts: ready };
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
