// Which reference data an export is joined to, before it is surveyed: those that
// the user names, those that the mapping holds, or those that lie beside it.
//
// A mapping alone says what is written, so with one nothing is looked for.

import { basename } from 'node:path';
import { clip } from '../clip.ts';
import { SkeinError } from '../errors.ts';
import type { Layout } from '../movebank/layout.ts';
import type { Mapping } from '../movebank/mapping.ts';
import { findBeside } from './beside.ts';
import { referenceFrom } from './from-table.ts';
import { join } from './join.ts';
import { type ReferenceTable, readReferenceTable } from './read-table.ts';

export interface ReferenceOptions {
  /** A file of reference data, or false for none; default: the mapping's, or without a mapping the one that lies beside the export. */
  readonly reference?: string | false | undefined;
  /** Columns that become tags, in any spelling; default: animal-sex and animal-life-stage, where there are values of them. */
  readonly referenceTags?: readonly string[] | undefined;
  /** Columns that become fields; default none. */
  readonly referenceFields?: readonly string[] | undefined;
}

/** A file's columns and what the user should know. */
export interface LaidOut {
  readonly layout: Layout;
  readonly warnings: readonly string[];
}

/** Adds reference data to a layout; the same layout where there are none. */
export type Joiner = (laidOut: LaidOut) => LaidOut;

/**
 * @param exportPath as `SourceIdentity` has it
 * @throws SkeinError `usage` or `source`; so does the joiner
 */
export async function prepareReference(
  exportPath: string,
  mapping: Mapping | undefined,
  options: ReferenceOptions & { readonly signal?: AbortSignal | undefined },
): Promise<Joiner> {
  const { reference, referenceTags: tags, referenceFields: fields, signal } = options;
  if (typeof reference === 'string') {
    const table = await readReferenceTable(reference, signal);
    if (typeof table === 'string') throw new SkeinError('source', `${reference} ${table}`);
    return joinTable(exportPath, table, options, false);
  }
  const beside = reference === undefined && mapping === undefined ? await findBeside(exportPath) : undefined;
  if (beside !== undefined) {
    const table = await readReferenceTable(beside, signal).catch((error: unknown) => {
      throw error instanceof SkeinError
        ? new SkeinError(error.code, `${error.message} It lies beside the export; --no-reference leaves it out.`, { cause: error })
        : error;
    });
    if (typeof table !== 'string') return joinTable(exportPath, table, options, true);
    checkNothingChosen(options, exportPath);
    return warn(`${basename(beside)} lies beside the export and is not used: it ${table}`);
  }
  if (tags !== undefined || fields !== undefined) checkNothingChosen(options, exportPath);
  const kept = reference === false ? undefined : mapping?.reference;
  if (kept === undefined) return (laidOut) => laidOut;
  return (laidOut) => joined(laidOut, join(laidOut.layout, kept));
}

function joinTable(exportPath: string, table: ReferenceTable, options: ReferenceOptions, isBeside: boolean): Joiner {
  return (laidOut) => {
    const choice = { tags: options.referenceTags, fields: options.referenceFields };
    const found = referenceFrom(table, choice, laidOut.layout);
    if (typeof found === 'string') {
      if (!isBeside) throw new SkeinError('usage', `${exportPath} ${found}`);
      return joined(laidOut, {
        ...laidOut,
        warnings: [`${basename(table.path)} lies beside the export and is not used: the export ${found}`],
      });
    }
    const { layout, warnings } = join(laidOut.layout, found.reference, table.hash);
    return joined(laidOut, { layout, warnings: [whatIsAdded(table, layout, isBeside), ...found.warnings, ...warnings] });
  };
}

function joined({ warnings }: LaidOut, more: LaidOut): LaidOut {
  return { layout: more.layout, warnings: [...warnings, ...more.warnings] };
}

function warn(warning: string): Joiner {
  return ({ layout, warnings }) => ({ layout, warnings: [...warnings, warning] });
}

function whatIsAdded({ path, names, rows }: ReferenceTable, { reference }: Layout, isBeside: boolean): string {
  const added = [
    ...list('tag', reference?.tags ?? []),
    ...list(
      'field',
      (reference?.fields ?? []).map(({ key }) => key),
    ),
  ];
  const where = isBeside ? `${basename(path)}, which lies beside the export,` : path;
  if (added.length === 0) {
    return `${where} adds nothing: it says nothing of animal-sex and animal-life-stage. --reference-tags and --reference-fields choose of its columns: ${names.map(clip).join(', ')}.`;
  }
  const how = isBeside ? ' (--no-reference leaves it out)' : '';
  return `${where} adds the ${added.join(' and the ')} of ${rows.length === 1 ? 'one deployment' : `${rows.length} deployments`}${how}.`;
}

function list(kind: string, keys: readonly string[]): string[] {
  return keys.length === 0 ? [] : [`${kind}${keys.length === 1 ? '' : 's'} ${keys.map(clip).join(', ')}`];
}

/** @throws SkeinError `usage` where columns are chosen of reference data that there are not */
function checkNothingChosen({ reference, referenceTags, referenceFields }: ReferenceOptions, exportPath: string): void {
  const flag = referenceTags !== undefined ? '--reference-tags' : referenceFields !== undefined ? '--reference-fields' : undefined;
  if (flag === undefined) return;
  const why = reference === false ? '--no-reference leaves them out' : `none lie beside ${exportPath}`;
  throw new SkeinError('usage', `${flag} chooses of reference data, and ${why}. Name a file with --reference.`);
}
