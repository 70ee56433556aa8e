// What a run loads before it does anything: each thread pays for it, every time.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const BUILT = new URL('../dist/src/', import.meta.url);
/** Of an import that is there when the program is built: one that only names types is not. */
const IMPORTED = /^(?:import|export) (?:[^'";]* from )?['"]([^'"]+)['"]/gm;

/** What the module at `path` imports, and what that does; packages by their names. Imports that are made when they are needed do not count. */
function importsOf(path: string): Set<string> {
  const found = new Set<string>();
  const visit = (module: URL): void => {
    const name = fileURLToPath(module).slice(fileURLToPath(BUILT).length);
    if (found.has(name)) return;
    found.add(name);
    for (const [, specifier = ''] of readFileSync(module, 'utf8').matchAll(IMPORTED)) {
      if (specifier.startsWith('.')) visit(new URL(specifier, module));
      else found.add(specifier);
    }
  };
  visit(new URL(path, BUILT));
  return found;
}

function among(imports: ReadonlySet<string>, pattern: RegExp): string[] {
  return [...imports].filter((name) => pattern.test(name));
}

describe('before it does anything', () => {
  it('a worker loads what reads and writes rows as lines, and nothing of other passes or of servers', () => {
    const imports = importsOf('worker.js');
    expect(among(imports, /^(csv\/row-scanner|survey\/survey-chunk|load\/load-chunk|encode\/line-protocol)\.js$/)).toHaveLength(4);
    expect(among(imports, /^(tsm|verify|cli|report|destination\/influx)\/|collect-chunk|shard|stitch|replay|-tally\.js|snappy/)).toEqual([
      'survey/series-tally.js',
    ]);
    expect(among(imports, /^[^.:]+$/)).toEqual(['p-limit']);
  });

  it('a load loads no HTTP client, schemas, CSV library or report', () => {
    const imports = importsOf('cli/load-command.js');
    expect(imports.has('load/load.js')).toBe(true);
    expect(among(imports, /^[^.:]+$/).sort()).toEqual(['commander', 'piscina']);
    expect(among(imports, /^report\/(page|map)|track-|tsm\/(block|file)|shards-load|destination\/influx\/connect/)).toEqual([]);
  });

  it('the list of commands loads none of them', () => {
    const imports = importsOf('cli/main.js');
    expect(imports.has('cli/program.js')).toBe(true);
    expect(among(imports, /-command\.js$|workers\.js/)).toEqual([]);
  });
});
