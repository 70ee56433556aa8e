// Run the real `skein` command on a terminal, and type an answer to what it asks.

import { spawn, spawnSync } from 'node:child_process';
import { MAIN, type Run, temporaryDirectory } from './skein.ts';

/** The program that gives a command a terminal; nearly every Linux has it. */
export const hasScript = /util-linux/.test(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '');

/**
 * @param question when this is on the terminal, the answer is typed
 * @param environment the only INFLUX_ and XDG_ variables that the command sees
 * @returns all that was on the terminal as `stdout`
 */
export async function skeinOnTerminal(args: string[], question: string, answer: string, environment: Record<string, string>): Promise<Run> {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(INFLUX|XDG)_/.test(name)));
  const command = [process.execPath, '--', MAIN, ...args].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    env: { ...inherited, XDG_STATE_HOME: temporaryDirectory(), ...environment },
  });
  let stdout = '';
  let asked = false;
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    stdout += piece;
    if (asked || !stdout.includes(question)) return;
    asked = true;
    child.stdin.write(answer);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { code, stdout, stderr: '' };
}
