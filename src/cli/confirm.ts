// Ask the user before something is deleted.

import { SkeinError } from '../errors.ts';
import { askLine, canAsk } from './ask.ts';
import type { WriteOptions } from './options.ts';
import type { Progress } from './progress.ts';

/** @throws SkeinError `usage` when nobody is there to answer */
export function checkCanConfirm({ replaceBucket, yes }: Pick<WriteOptions, 'replaceBucket' | 'yes'>): void {
  if (replaceBucket !== true || yes === true || canAsk()) return;
  throw new SkeinError(
    'usage',
    '--replace-bucket asks before it deletes anything, and there is no terminal to ask on. Add --yes to go on without.',
  );
}

/** How a command asks; undefined where the user has said yes already. Anything but a yes is a no. */
export function confirmation(
  { yes }: Pick<WriteOptions, 'yes'>,
  progress: Progress,
  signal: AbortSignal,
): ((question: string) => Promise<boolean>) | undefined {
  if (yes === true) return undefined;
  return async (question) => {
    progress.end();
    return /^y(es)?$/i.test(await askLine(`${question} [y/N] `, false, signal));
  };
}
