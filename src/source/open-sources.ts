// Open all that the user named, as the sources of one run.
//
// A file that is named must be an export. Those of a folder are told by their
// bytes: what cannot be one is passed over with a sentence, unless its name says
// that it should be.

import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { SkeinError } from '../errors.ts';
import { folderAt } from './folder.ts';
import { lookAtSource, type OpenSource, type OpenSourceOptions, openAll } from './open-source.ts';
import { NoCsv } from './sniff.ts';
import { isUrl, STANDARD_INPUT, sourceName } from './source-name.ts';

/** Sources in the order of their rows. */
export interface OpenSources {
  readonly sources: readonly OpenSource[];
  /** Sentences about what was named and is not read. */
  readonly notes: readonly string[];
  /** Let go of what was spooled. No thread may read it any more. */
  close(): void;
}

/**
 * Find out what can be known at once of `inputs`: paths of files and folders, URLs, or `-`.
 *
 * @throws SkeinError as `lookAtSource`
 */
export async function lookAtSources(inputs: readonly string[]): Promise<void> {
  for (const input of inputs) if ((await folderAt(input)) === undefined) await lookAtSource(input);
}

/**
 * Open `inputs`, each file once. The caller closes them.
 *
 * @throws SkeinError as `openAll`, `usage` where nothing is named
 */
export async function openSources(inputs: readonly string[], options: OpenSourceOptions = {}): Promise<OpenSources> {
  if (inputs.length === 0) throw new SkeinError('usage', 'Name an export: a path, a folder, a URL, or - for standard input.');
  const sources: OpenSource[] = [];
  const notes: string[] = [];
  const close = (): void => {
    for (const source of sources) source.close();
  };
  try {
    for (const { input, isFound } of await onceEach(await filesOf(inputs, notes), notes)) {
      if (!isFound) sources.push(...(await openAll(input, options)));
      else for (const source of await openFound(input, options, notes)) sources.push({ ...source, isFound });
    }
    if (sources.length === 0) throw new SkeinError('source', `There is no export. ${notes.join('. ')}.`);
  } catch (error) {
    close();
    throw error;
  }
  return { sources, notes, close };
}

interface Input {
  readonly input: string;
  /** It lies in a folder that was named. */
  readonly isFound: boolean;
}

/** Folders become the files in them. @param notes are added to */
async function filesOf(inputs: readonly string[], notes: string[]): Promise<Input[]> {
  const files: Input[] = [];
  for (const input of inputs) {
    const folder = await folderAt(input);
    if (folder === undefined) files.push({ input, isFound: false });
    else files.push(...folder.files.map((file) => ({ input: file, isFound: true })));
    notes.push(...(folder?.folders ?? []).map((name) => `${name} is a folder inside ${input} and was not looked into`));
  }
  return files;
}

/** A file that goes by several names is read once. @param notes are added to */
async function onceEach(inputs: readonly Input[], notes: string[]): Promise<Input[]> {
  const known = new Map<string, Input>();
  for (const one of inputs) {
    const file = await identityOf(one.input);
    const earlier = known.get(file);
    if (earlier === undefined) known.set(file, one);
    else {
      known.set(file, { ...earlier, isFound: earlier.isFound && one.isFound });
      if (earlier.input === one.input) notes.push(`${sourceName(one.input)} is named twice and read once`);
      else notes.push(`${sourceName(one.input)} is the same file as ${sourceName(earlier.input)}, and read once`);
    }
  }
  return [...known.values()];
}

async function identityOf(input: string): Promise<string> {
  if (input === STANDARD_INPUT || isUrl(input)) return input;
  // Whatever is wrong with it is told when it is opened.
  const found = await stat(input, { bigint: true }).catch(() => undefined);
  return found === undefined ? input : `${found.dev} ${found.ino}`;
}

/** @param notes are added to when it is no CSV */
async function openFound(file: string, options: OpenSourceOptions, notes: string[]): Promise<OpenSource[]> {
  try {
    return await openAll(file, options);
  } catch (error) {
    if (!(error instanceof NoCsv)) throw error;
    if (/\.csv(\.\w+)?$/i.test(file)) {
      throw new SkeinError('source', `${error.message} Or move it out of the folder, to load the others.`, { cause: error });
    }
    notes.push(`${basename(file)} was passed over: it is no CSV`);
    return [];
  }
}
