// What queries there are.

import { queryNames, querySettings, queryTitle } from '../query/flux-query.ts';

const WIDTH = 92;

/** The names of the queries with what they find and their settings. */
export function queryList(): string {
  const names = queryNames();
  const width = Math.max(...names.map((name) => name.length)) + 2;
  const lines = names.flatMap((name) => {
    const settings = [...querySettings(name)].map(([setting, value]) => `--set ${setting}=${value}`);
    const words = [...queryTitle(name).split(' '), ...(settings.length === 0 ? [] : [`(${settings.join(', ')})`])];
    return wrapped(words, WIDTH - width).map((line, i) => `  ${(i === 0 ? name : '').padEnd(width)}${line}`);
  });
  return ['Queries:', ...lines].join('\n');
}

function wrapped(words: readonly string[], width: number): string[] {
  const lines = [''];
  for (const word of words) {
    const line = lines.at(-1) ?? '';
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
