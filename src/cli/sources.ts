// The exports of a run, in words.

import type { Survey } from '../survey/survey.ts';

/** Of all sources, unpacked. */
export function bytesOf({ sources }: Survey): number {
  return sources.at(-1)?.end ?? 0;
}

/** For `--json`; the README documents it. */
export function sourceJson(survey: Survey): Record<string, unknown> {
  return { source: survey.sources[0]?.identity.path, bytes: bytesOf(survey) };
}
