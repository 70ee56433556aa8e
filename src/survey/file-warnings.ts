// Sentences about single files of a run.

import { clipNames } from '../clip.ts';
import type { PlacedSource } from '../source/placed-source.ts';
import { shortNames } from '../source/source-name.ts';

export interface FileWarning {
  /** Of the file. */
  readonly path: string;
  readonly text: string;
}

/** The sentences, each once; where there are several files it says which it is about, unless it is about all. */
export function aboutFiles(warnings: readonly FileWarning[], sources: readonly PlacedSource[]): string[] {
  const names = shortNames(sources.map(({ identity }) => identity.path));
  const paths = new Map<string, Set<string>>();
  for (const { path, text } of warnings) paths.set(text, (paths.get(text) ?? new Set()).add(path));
  return [...paths].map(([text, those]) =>
    those.size === sources.length ? text : `${clipNames([...those].map((path) => names.get(path) ?? path))}: ${text}`,
  );
}
