// Which reference data an export is joined to, before it is surveyed: those that
// the user names, those that the mapping holds, or those that lie beside it.
//
// A mapping alone says what is written, so with one nothing is looked for. Most
// exports have none: what reads them is loaded when there are some.

import { SkeinError } from '../errors.ts';
import type { Layout } from '../movebank/layout.ts';
import type { Mapping } from '../movebank/mapping.ts';
import type { OpenSource } from '../source/open-source.ts';
import { findBeside } from './beside.ts';

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

export interface PrepareOptions extends ReferenceOptions {
  readonly signal?: AbortSignal | undefined;
  /** All that is open: in an archive, reference data lie beside an export too. */
  readonly open?: readonly OpenSource[] | undefined;
}

/**
 * @param exportPath as `SourceIdentity` has it
 * @throws SkeinError `usage` or `source`; so does the joiner
 */
export async function prepareReference(exportPath: string, mapping: Mapping | undefined, options: PrepareOptions): Promise<Joiner> {
  const { reference, open = [] } = options;
  if (typeof reference === 'string') return (await import('./joiner.ts')).joinNamed(reference, exportPath, options);
  const paths = open.map(({ identity }) => identity.path);
  const beside = reference === undefined && mapping === undefined ? await findBeside(exportPath, paths) : undefined;
  if (beside !== undefined) return (await import('./joiner.ts')).joinBeside(beside, exportPath, options);
  checkNothingChosen(exportPath, mapping, options);
  const kept = reference === false ? undefined : mapping?.reference;
  if (kept === undefined) return (laidOut) => laidOut;
  const { join } = await import('./join.ts');
  return ({ layout, warnings }) => {
    const joined = join(layout, kept);
    return { layout: joined.layout, warnings: [...warnings, ...joined.warnings] };
  };
}

/** @throws SkeinError `usage` where columns are chosen of reference data that there are not */
function checkNothingChosen(exportPath: string, mapping: Mapping | undefined, options: ReferenceOptions): void {
  const flag =
    options.referenceTags !== undefined ? '--reference-tags' : options.referenceFields !== undefined ? '--reference-fields' : undefined;
  if (flag === undefined) return;
  const none = mapping === undefined ? `none lie beside ${exportPath}` : 'with --mapping none are looked for';
  const why = options.reference === false ? '--no-reference leaves them out' : none;
  throw new SkeinError('usage', `${flag} chooses of reference data, and ${why}. Name a file with --reference.`);
}
