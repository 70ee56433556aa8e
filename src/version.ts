import { readFileSync } from 'node:fs';

/** The package's version, from the package.json that came with it. */
export const VERSION: string = readPackage().version;

function readPackage(): { version: string } {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
}
