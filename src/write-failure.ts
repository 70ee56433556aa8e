// A sentence for a file that could not be written.

import { SkeinError } from './errors.ts';

/**
 * @param flag what names another place for the file
 * @returns a SkeinError `destination` where the system says why; a bug as it is
 */
export function writeFailure(path: string, cause: unknown, flag: '--to' | '--state'): unknown {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === undefined) return cause;
  return new SkeinError('destination', `${path} could not be written: ${whyNot(code, message, flag)}.`, { cause });
}

function whyNot(code: string, message: string, flag: string): string {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return `the disk is full. Make room there, or name a directory on another disk with ${flag}`;
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `this user may not write there. Change the permissions, or name another directory with ${flag}`;
    default:
      return message;
  }
}
