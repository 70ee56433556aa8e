// What the commands that read an export have in common.

import type { SurveyFileOptions } from '../survey-file.ts';
import type { ReadOptions } from './options.ts';
import type { Progress } from './progress.ts';

/** How the export is read, and how far that is. */
export function readingOptions(
  { workers, chunkBytes, mapping, measurement }: ReadOptions,
  progress: Progress,
  signal: AbortSignal,
): SurveyFileOptions {
  return {
    workers,
    chunkBytes,
    mapping,
    measurement,
    signal,
    onSurveyProgress: (at) => progress.show('survey', at),
    onCompareProgress: (at) => progress.show('compare', at),
  };
}
