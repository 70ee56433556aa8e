// Files that no export is like: whatever their bytes, they are loaded or refused in
// order, and every row is where a second reading of the file says. The long form
// is `npm run bench -- reliability`.

import { describe, expect, it } from 'vitest';
import { checkForms } from './fuzz/check-forms.ts';
import { fuzzFiles } from './fuzz/fuzz-processes.ts';
import { fuzzedFile } from './fuzz/fuzzed-file.ts';

const FILES = Number(process.env['SKEIN_TEST_FUZZED_FILES'] ?? 80);

describe('fuzzed files', () => {
  it(`are loaded whole and cut up, ${FILES} of them, as a second reading says`, { timeout: 2000 * FILES }, async () => {
    const found = await fuzzFiles(0, FILES, 2);
    expect(found.failures).toEqual([]);
    expect(found.files).toBe(FILES);
    expect(found.empty).toBeLessThan(FILES / 5);
    expect(found.rows).toBeGreaterThan(50 * FILES);
    const reasons = ['unclosed-quote', 'text-after-quote', 'cell-count', 'no-timestamp', 'bad-timestamp', 'timestamp-out-of-range'];
    expect(reasons.filter((reason) => !(reason in found.rejects))).toEqual([]);
  });

  it('are the same each time', () => {
    for (let seed = 0; seed < 20; seed++) expect(fuzzedFile(seed).bytes.equals(fuzzedFile(seed).bytes)).toBe(true);
    expect(fuzzedFile(1).bytes.equals(fuzzedFile(2).bytes)).toBe(false);
  });
});

describe('a row that is rejected for its form', () => {
  const file = (kind: 'well-formed' | 'torn', text: string) => ({
    ...fuzzedFile(0),
    kind,
    bytes: Buffer.from(text),
    columns: 2,
    delimiter: ',',
  });
  const reject = (row: number, offset: number) => ({ row, offset, length: 4, reason: 'cell-count' });

  it('is found out when fast-csv reads it', async () => {
    await expect(checkForms(file('well-formed', 'a,b\nc,d\n'), [reject(1, 4)], 1)).rejects.toThrow('rows rejected for their form');
    await expect(checkForms(file('torn', 'a,b\n"c\n",d\n'), [reject(1, 4)], 1)).rejects.toThrow(
      'is rejected for its form, and fast-csv reads',
    );
  });

  it('is right when fast-csv does not', async () => {
    await checkForms(file('well-formed', 'a,b\nc,d,e\n\nf,g\n'), [reject(1, 4)], 2);
    await checkForms(file('torn', 'a,b\n"c"d,e\nf,g\n'), [reject(1, 4)], 2);
  });

  it('is found out when it is not rejected', async () => {
    await expect(checkForms(file('well-formed', 'a,b\nc\n'), [], 1)).rejects.toThrow('rows of another length by fast-csv');
  });
});
