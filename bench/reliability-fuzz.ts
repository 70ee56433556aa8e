// Fuzzed files: no crash, no hang, balanced books, and every row where a second
// reading of the file says.

import { availableParallelism } from 'node:os';
import { fuzzFiles } from '../test/fuzz/fuzz-processes.ts';
import type { Figure } from './figures.ts';

const SECTION = 'fuzz';
const FILES_PER_LINE = 1000;

/**
 * Check at least `files` files with at least `rows` rows.
 *
 * @throws an Error with the seeds of those that fail
 */
export async function measureFuzz(files: number, rows: number): Promise<Figure[]> {
  const began = performance.now();
  const total = { files: 0, empty: 0, rows: 0, rejects: 0 };
  while (total.files < files || total.rows < rows) {
    const found = await fuzzFiles(total.files, Math.min(FILES_PER_LINE, files), availableParallelism());
    if (found.failures.length > 0) throw new Error(`${found.failures.length} fuzzed files are wrong:\n${found.failures.join('\n')}`);
    total.files += found.files;
    total.empty += found.empty;
    total.rows += found.rows;
    total.rejects += Object.values(found.rejects).reduce((sum, count) => sum + count, 0);
    const seconds = Math.round((performance.now() - began) / 1000);
    process.stderr.write(`  ${total.files} files, ${total.rows} rows, ${seconds} s\n`);
  }
  return [
    {
      section: SECTION,
      name: 'files loaded as a second reading says',
      value: total.files,
      unit: '',
      target: { bound: 'at least', limit: files },
    },
    { section: SECTION, name: 'of them without a row, or refused', value: total.empty, unit: '' },
    { section: SECTION, name: 'rows', value: total.rows, unit: '', target: { bound: 'at least', limit: rows } },
    { section: SECTION, name: 'rows rejected, each rightly', value: total.rejects, unit: '' },
    { section: SECTION, name: 'wall time', value: (performance.now() - began) / 1000, unit: 's' },
  ];
}
