// Read a file of reference data and make ready to join it to an export.

import { basename } from 'node:path';
import { clip } from '../clip.ts';
import { SkeinError } from '../errors.ts';
import type { Layout } from '../movebank/layout.ts';
import { sourceName } from '../source/source-name.ts';
import { referenceFrom } from './from-table.ts';
import { join } from './join.ts';
import type { Joiner, PrepareOptions, ReferenceOptions } from './prepare.ts';
import { type ReferenceTable, readReferenceTable, readTable } from './read-table.ts';

/**
 * Join a file that the user has named.
 *
 * @throws SkeinError `source` when it is no reference data; the joiner `usage` when it cannot be joined
 */
export async function joinNamed(path: string, exportPath: string, options: PrepareOptions): Promise<Joiner> {
  const table = await readReferenceTable(path, options.signal);
  if (typeof table === 'string') throw new SkeinError('source', `${sourceName(path)} ${table}`);
  return joinerOf(table, options, [table.path, ''], (why) => {
    throw new SkeinError('usage', `${exportPath} ${why}`);
  });
}

/**
 * Join a file that lies beside the export. One that cannot be joined is told of.
 *
 * @throws SkeinError `source` when it cannot be read
 */
export async function joinBeside(path: string, exportPath: string, options: PrepareOptions): Promise<Joiner> {
  const name = basename(path);
  const packed = options.open?.find(({ identity }) => identity.path === path);
  const read = packed === undefined ? readReferenceTable(path, options.signal) : readTable(path, packed);
  const table = await read.catch((cause: unknown) => {
    if (!(cause instanceof SkeinError)) throw cause;
    throw new SkeinError(cause.code, `${cause.message} It lies beside the export; --no-reference leaves it out.`, { cause });
  });
  const notUsed = (why: string): Joiner => {
    if (options.referenceTags !== undefined || options.referenceFields !== undefined)
      throw new SkeinError('usage', `${name} lies beside ${exportPath}, and nothing can be chosen of it: ${why}`);
    return ({ layout, warnings }) => ({ layout, warnings: [...warnings, `${name} lies beside the export and is not used: ${why}`] });
  };
  if (typeof table === 'string') return notUsed(`it ${table}`);
  return joinerOf(table, options, [`${name}, which lies beside the export,`, '; --no-reference leaves it out'], (why) =>
    notUsed(`the export ${why}`),
  );
}

/**
 * @param words before and after what the file adds
 * @param otherwise what to do with an export to which it cannot be joined
 */
function joinerOf(
  table: ReferenceTable,
  options: ReferenceOptions,
  [before, after]: readonly [string, string],
  otherwise: (why: string) => Joiner,
): Joiner {
  const choice = { tags: options.referenceTags, fields: options.referenceFields };
  return (laidOut) => {
    const found = referenceFrom(table, choice, laidOut.layout);
    if (typeof found === 'string') return otherwise(found)(laidOut);
    const { layout, warnings } = join(laidOut.layout, found.reference, table.hash);
    return { layout, warnings: [...laidOut.warnings, `${before} ${whatIsAdded(table, layout)}${after}.`, ...found.warnings, ...warnings] };
  };
}

function whatIsAdded({ names, rows }: ReferenceTable, { reference }: Layout): string {
  const fields = (reference?.fields ?? []).map(({ key }) => key);
  const added = [...list('tag', reference?.tags ?? []), ...list('field', fields)];
  if (added.length === 0) {
    return `says nothing of animal-sex and animal-life-stage, so it adds nothing. --reference-tags and --reference-fields choose of its columns, ${names.map(clip).join(', ')}`;
  }
  const deployments = rows.length === 1 ? 'one deployment' : `${rows.length} deployments`;
  return `adds the ${added.join(' and the ')} of ${deployments}`;
}

function list(kind: string, keys: readonly string[]): string[] {
  return keys.length === 0 ? [] : [`${kind}${keys.length === 1 ? '' : 's'} ${keys.map(clip).join(', ')}`];
}
