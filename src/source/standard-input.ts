// Read standard input to its end.

import { SkeinError } from '../errors.ts';
import { type SpoolFile, stopped } from './spool-file.ts';

/** @throws SkeinError `usage` when nothing is piped into it */
export function checkStandardInput(): void {
  if (!process.stdin.isTTY) return;
  throw new SkeinError('usage', '- reads standard input, and that is the terminal. Pipe an export into it, or name a file.');
}

/** @param onProgress how many bytes there are so far */
export async function readStandardInput(
  spool: SpoolFile,
  signal: AbortSignal | undefined,
  onProgress: (bytes: number) => void,
): Promise<void> {
  checkStandardInput();
  // It may never say anything, or end.
  const stop = (): void => void process.stdin.destroy(stopped());
  signal?.addEventListener('abort', stop);
  try {
    for await (const piece of process.stdin as AsyncIterable<Buffer>) {
      await spool.write(piece);
      onProgress(spool.size);
    }
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}
