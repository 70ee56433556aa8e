// What the commands that read an export have in common.

import type { SurveyFileOptions } from '../survey-file.ts';
import { sourceTokenFor } from './environment.ts';
import type { ReadOptions } from './options.ts';
import type { Progress } from './progress.ts';

/** How the export is read, and how far that is. */
export function readingOptions(
  files: readonly string[],
  { workers, chunkBytes, mapping, measurement, reference, referenceTags, referenceFields }: ReadOptions,
  progress: Progress,
  signal: AbortSignal,
): SurveyFileOptions {
  return {
    workers,
    chunkBytes,
    mapping,
    measurement,
    reference,
    referenceTags,
    referenceFields,
    signal,
    sourceToken: sourceTokenFor(files),
    onSpoolProgress: (step, bytes, totalBytes) => progress.spool(step, bytes, totalBytes),
    onSurveyProgress: (at) => progress.show('survey', at),
    onCompareProgress: (at) => progress.show('compare', at),
  };
}
