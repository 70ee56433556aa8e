// Find the reference data that lie beside an export, by their name.
//
// Movebank and its repository give both files the name of the study: `X.csv` or
// `X-gps.csv` and `X-reference-data.csv`, in older packages `X-reference
// data.csv` or `X-referenceData.csv`.

import { readdir } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { SkeinError } from '../errors.ts';
import { stemOf } from '../source/source-name.ts';

const NAME = /^(.*?)[-_ .]*reference[-_ ]?data\.csv(\.gz|\.zip)?$/i;

/**
 * @param exportPath absolute; a URL or a pipe has nothing beside it
 * @param inArchives what stands for the paths of files in archives
 * @returns the path of the reference data whose name has most in common with that of the export, if there are any
 * @throws SkeinError `usage` when there are two
 */
export async function findBeside(exportPath: string, inArchives: readonly string[] = []): Promise<string | undefined> {
  if (!isAbsolute(exportPath)) return undefined;
  const folder = dirname(exportPath);
  const packed = inArchives.filter((path) => dirname(path) === folder).map((path) => basename(path));
  const names = [...new Set([...(await readdir(folder).catch((): string[] => [])), ...packed])];
  const study = (name: string): string | undefined => NAME.exec(name)?.[1];
  const candidates = names.filter((name) => {
    const stem = study(name);
    return stem !== undefined && name !== basename(exportPath) && isOfStudy(stemOf(exportPath), stem);
  });
  const longest = Math.max(...candidates.map((name) => study(name)?.length ?? 0));
  const [first, second] = candidates.filter((name) => study(name)?.length === longest).sort();
  if (first !== undefined && second !== undefined) {
    throw new SkeinError(
      'usage',
      `Two files of reference data lie beside ${basename(exportPath)}: ${first} and ${second}. Say which with --reference, or leave both out with --no-reference.`,
    );
  }
  return first === undefined ? undefined : join(folder, first);
}

/** Whether an export of this name is of the study: it has its name, alone or before a separator. */
function isOfStudy(stem: string, study: string): boolean {
  const [name, start] = [stem.toLowerCase(), study.toLowerCase()];
  return start === '' || name === start || (name.startsWith(start) && /^[-_ .]/.test(name.slice(start.length)));
}
