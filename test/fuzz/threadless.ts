// A preload: whoever imports Piscina gets the pool without threads.

import { register } from 'node:module';

const hooks = `export const resolve = (specifier, context, next) =>
  specifier === 'piscina'
    ? { url: ${JSON.stringify(new URL('./threadless-pool.js', import.meta.url).href)}, shortCircuit: true }
    : next(specifier, context);`;

register(`data:text/javascript,${encodeURIComponent(hooks)}`);
