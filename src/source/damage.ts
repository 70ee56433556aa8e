// Sentences for packed data that is not whole.

import { SkeinError } from '../errors.ts';

/** @param what is wrong, and where */
export function damaged(name: string, what: string, cause?: unknown): SkeinError {
  return new SkeinError('source', `${name} is damaged: ${what}. Nothing was loaded of it. Download or copy it again.`, { cause });
}

/** @param end its size */
export function endsEarly(name: string, end: number): SkeinError {
  return new SkeinError(
    'source',
    `${name} ends early, at byte ${end}: it was not downloaded or copied whole. Nothing was loaded of it. Get it again.`,
  );
}
