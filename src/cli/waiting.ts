// `--wait`: say how long it may still take.

import { count } from '../counted.ts';
import { DEFAULT_WAIT_TRIES } from '../defaults.ts';
import type { Waiting } from '../destination/influx/until-healthy.ts';
import type { ServerOptions } from './options.ts';
import { printable } from './words.ts';

/** How a command waits for its server; undefined where the user did not ask for it. */
export function waitingOf(
  url: string,
  { wait, quiet }: Pick<ServerOptions, 'wait'> & { readonly quiet?: boolean },
  signal: AbortSignal,
): Waiting | undefined {
  if (wait === undefined) return undefined;
  return {
    tries: wait === true ? DEFAULT_WAIT_TRIES : wait,
    signal,
    onTry: (why, triesLeft) => {
      if (quiet === true) return;
      const tries = triesLeft === 1 ? '1 try' : `${count(triesLeft)} tries`;
      process.stderr.write(`skein: ${printable(url)} is not healthy yet: ${printable(why)}. ${tries} left.\n`);
    },
  };
}
