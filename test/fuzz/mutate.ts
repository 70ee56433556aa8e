// Damage to a file, as bad memory, bad cables and bad programs do it.

import { between, type Random } from '../../fixtures/random.ts';
import { pick } from './cells.ts';

// biome-ignore format: a list of short things is read in lines
const CHARACTERS = [
  '"', '"', ',', ';', '\t', '\n', '\r', '\r\n', ' ', '\\', '\u0000', '\u0001', '\u007f', '\u2028', 'é', '🦢', 'NA', '=', '1', '-',
];
const BYTES = [0x00, 0x0a, 0x0d, 0x22, 0x2c, 0x80, 0xbf, 0xc3, 0xed, 0xf0, 0xf4, 0xff];

/** Change characters and whole stretches; what is no character pair any more becomes U+FFFD when it is encoded. */
export function mutateText(text: string, random: Random): string {
  let mutated = text;
  for (let left = between(random, 1, 12); left > 0; left--) {
    const at = between(random, 0, mutated.length + 1);
    const end = at + between(random, 0, 60);
    const [before, stretch, after] = [mutated.slice(0, at), mutated.slice(at, end), mutated.slice(end)];
    mutated = pick(
      [
        () => before + pick(CHARACTERS, random) + mutated.slice(at),
        () => before + pick(CHARACTERS, random) + mutated.slice(at + 1),
        () => before + after,
        () => before + stretch + stretch + after,
        () => before + pick(CHARACTERS, random).repeat(between(random, 1, 50)) + stretch + after,
        () => (random() < 0.2 ? before : mutated),
      ],
      random,
    )();
  }
  return mutated;
}

/** Put bytes that are no UTF-8 into a copy, at or after `from`. */
export function mutateBytes(bytes: Uint8Array, from: number, random: Random): Buffer<ArrayBuffer> {
  const mutated = Buffer.from(bytes);
  for (let left = between(random, 1, 40); left > 0; left--) {
    const at = between(random, from, mutated.length);
    if (at < mutated.length) mutated[at] = pick(BYTES, random);
  }
  return mutated;
}
