// The compose file: what it offers to whom, and that it holds no secret.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const text = readFileSync(new URL('../docker-compose.yml', import.meta.url), 'utf8');

describe('docker-compose.yml', () => {
  it('pins every image to a release', () => {
    const images = [...text.matchAll(/image: (\S+)/g)].map((match) => match[1]);
    expect(images).not.toHaveLength(0);
    for (const image of images) expect(image).toMatch(/:\d+\.\d+\.\d+$/);
  });

  it('opens ports on this machine only', () => {
    for (const [, port] of text.matchAll(/- '([^']*:\d+:\d+)'/g)) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('has no default for a password or token', () => {
    for (const [, variable] of text.matchAll(/(?:PASSWORD|TOKEN): (.*)/g)) expect(variable).toMatch(/^\$\{\w+:\?/);
  });
});
