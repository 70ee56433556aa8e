// The first rejected rows of a run as they stand in their files, to be shown.

import type { RowSource } from '../csv/chunk-rows.ts';
import type { LaidOutSource } from './lay-out-sources.ts';
import type { Survey } from './survey.ts';

/**
 * @returns the text of each of the summary's examples, in their order, without its line end; of a malformed line of over
 *   1 MiB the first 64 KiB
 */
export async function rejectTexts(
  { sources, summary }: Survey,
  open: (source: LaidOutSource) => Promise<RowSource & { close(): Promise<void> }>,
): Promise<string[]> {
  const texts: string[] = new Array(summary.examples.length).fill('');
  for (const source of sources) {
    const own = [...summary.examples.entries()].filter(([, example]) => example.source === source.index);
    if (own.length === 0) continue;
    const reader = await open(source);
    try {
      for (const [i, { offset, bytes }] of own) {
        const row = new Uint8Array(bytes);
        await reader.read(row, source.start + offset);
        texts[i] = Buffer.from(row)
          .toString('utf8')
          .replace(/\r?\n$/, '');
      }
    } finally {
      await reader.close();
    }
  }
  return texts;
}
