// Peak memory of `skein load`: the same for a small file and a large one.

import type { ExportFile } from './export-file.ts';
import type { Figure } from './figures.ts';
import { runSkein } from './programs.ts';

/** Load each file with 2 workers. */
export async function measureMemory(files: readonly ExportFile[]): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const file of files) {
    const { peakBytes } = await runSkein(file, 2);
    figures.push({
      section: 'memory',
      name: `peak, 2 workers, ${Math.round(file.bytes / 1e6)} MB`,
      value: peakBytes / 2 ** 20,
      unit: 'MiB',
      target: { bound: 'at most', limit: 256 },
    });
  }
  return figures;
}
