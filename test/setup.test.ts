// `skein setup`: an InfluxDB 2 made ready for loads. Onboarding takes a server that
// nobody has set up: a fresh one where SKEIN_TEST_INFLUXD2 names an influxd, else
// what one was recorded to answer.

import { chmodSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parse } from 'dotenv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gate, startGate } from './support/gate.ts';
import { startStandIn3 } from './support/influx3-stand-in.ts';
import { hasInfluxd2, openFreshInfluxd2 } from './support/influxd2.ts';
import { hasInfluxdb1, type Influxdb1, startInfluxdb1 } from './support/influxdb1.ts';
import { isRecording, type RecordedServer } from './support/recorded-server.ts';
import { GEESE, type Run, skein, startSkein, temporaryDirectory } from './support/skein.ts';
import { hasVictoriaMetrics, startVictoriaMetrics, type VictoriaMetrics } from './support/victoria-metrics.ts';

const FILES = ['.env', '.env.admin', '.env.grafana'];
const NOTHING = 'Nothing was missing, and nothing was changed.';
/** Descriptions of tokens are others in each run. */
const varying = ['description'];

const setup = (directory: string, ...args: string[]): Promise<Run> => skein(['setup', ...args], {}, directory);

function variables(directory: string, file: string): Record<string, string> {
  return parse(readFileSync(join(directory, file)));
}

function textsIn(directory: string): Record<string, string> {
  const names = readdirSync(directory).sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(directory, name), 'utf8')]));
}

function modesIn(directory: string): string[] {
  return readdirSync(directory).map((name) => `${name} ${(statSync(join(directory, name)).mode & 0o777).toString(8)}`);
}

async function ask(url: string, token: string | undefined, path: string, body?: string): Promise<{ status: number; text: string }> {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Token ${token}` };
  const answer = await fetch(url + path, body === undefined ? { headers } : { method: 'POST', headers, body });
  return { status: answer.status, text: await answer.text() };
}

describe('a server that nobody has set up', () => {
  let server: RecordedServer;
  const directory = temporaryDirectory();
  let first: Run;
  beforeAll(async () => {
    server = await openFreshInfluxd2('setup', { varying });
    writeFileSync(join(directory, '.env'), 'THEIRS="of the user"\nexport MORE=1', { mode: 0o644 });
    first = await setup(directory, '--to', server.url);
  }, 60_000);
  afterAll(() => server.close());

  it('is set up, and what was made is said', () => {
    expect([first.code, first.stderr]).toEqual([0, '']);
    expect(first.stdout).toContain(`${server.url} is ready: organization skein, bucket movebank.`);
    expect(first.stdout).toMatch(/server was set up, with the organization skein, a user and an operator's token/);
    expect(first.stdout).toMatch(/bucket movebank has shard groups of 364 days now/);
    expect(first.stdout).toMatch(/token was made that may read and write the bucket movebank and nothing else/);
    expect(first.stdout).toMatch(/read by you alone: \.env, \.env\.admin, \.env\.grafana\./);
  });

  it('is named in files that only their owner may read', () => {
    expect(modesIn(directory).sort()).toEqual(FILES.map((name) => `${name} 600`));
    const { INFLUX_TOKEN, ...env } = variables(directory, '.env');
    expect(env).toMatchObject({ INFLUX_URL: server.url, INFLUX_ORG: 'skein', INFLUX_BUCKET: 'movebank' });
    const admin = variables(directory, '.env.admin');
    expect(admin['INFLUX_TOKEN']).toMatch(/^[0-9a-f]{64}$/);
    expect(admin['DOCKER_INFLUXDB_INIT_ADMIN_TOKEN']).toBe(admin['INFLUX_TOKEN']);
    expect(INFLUX_TOKEN).not.toBe(admin['INFLUX_TOKEN']);
  });

  it('no secret is printed, and none is in the file of another service', () => {
    const secrets = [variables(directory, '.env')['INFLUX_TOKEN'], ...secretsOf(variables(directory, '.env.admin'))];
    for (const secret of secrets) {
      expect(first.stdout).not.toContain(secret);
      expect(readFileSync(join(directory, '.env.grafana'), 'utf8')).not.toContain(secret);
    }
    for (const secret of secretsOf(variables(directory, '.env.admin'))) {
      expect(readFileSync(join(directory, '.env'), 'utf8')).not.toContain(secret);
    }
  });

  it("the user's own lines stay as they are", () => {
    expect(readFileSync(join(directory, '.env'), 'utf8')).toMatch(/^THEIRS="of the user"\nexport MORE=1\n# skein setup begin/);
  });

  it('a second run changes nothing, and says so', async () => {
    const before = textsIn(directory);
    const { code, stdout } = await setup(directory);
    expect(code).toBe(0);
    expect(stdout).toContain(NOTHING);
    expect(textsIn(directory)).toEqual(before);
  });

  it('the token for loads sees no other bucket, writes into none, and makes no tokens', async () => {
    const { INFLUX_TOKEN } = variables(directory, '.env');
    const operator = variables(directory, '.env.admin')['INFLUX_TOKEN'];
    const { buckets } = JSON.parse((await ask(server.url, operator, '/api/v2/buckets?org=skein')).text) as { buckets: { name: string }[] };
    expect(buckets.map(({ name }) => name).sort()).toEqual(['_monitoring', '_tasks', 'movebank']);
    const seen = JSON.parse((await ask(server.url, INFLUX_TOKEN, '/api/v2/buckets')).text) as typeof buckets & { buckets: typeof buckets };
    expect(seen.buckets.map(({ name }) => name)).toEqual(['movebank']);
    const write = (bucket: string): Promise<{ status: number }> =>
      ask(server.url, INFLUX_TOKEN, `/api/v2/write?org=skein&bucket=${bucket}`, 'geese lat=1');
    expect((await write('_monitoring')).status).toBe(403);
    expect((await write('movebank')).status).toBe(204);
    const listed = JSON.parse((await ask(server.url, INFLUX_TOKEN, '/api/v2/authorizations')).text);
    expect(listed.authorizations).toEqual([]);
  });

  it('a token in .env that is not taken any more is replaced by another, and the old one is gone', async () => {
    const path = join(directory, '.env');
    writeFileSync(path, readFileSync(path, 'utf8').replace(/^INFLUX_TOKEN=.*$/m, 'INFLUX_TOKEN=of-yesterday'));
    expect((await setup(directory)).stdout).toMatch(/token was made/);
    expect(variables(directory, '.env')['INFLUX_TOKEN']).not.toBe('of-yesterday');
    expect((await setup(directory)).stdout).toContain(NOTHING);
    expect(await ownTokens(server.url, directory)).toHaveLength(1);
  });

  // It would fill the recording, and each part is tested with stand-ins.
  it.skipIf(!hasInfluxd2 || isRecording)('a load with that token is verified (skipped without SKEIN_TEST_INFLUXD2)', async () => {
    const { code, stdout } = await skein(['load', GEESE, '--to', 'influx', '--env-file', '.env', '--wait'], {}, directory);
    expect(stdout).toMatch(/server holds all 20,724 points/);
    expect(code).toBe(0);
  });

  it('from a directory that does not know its operator, it is left alone', async () => {
    const other = temporaryDirectory();
    const { code, stderr } = await setup(other, '--to', server.url);
    expect(code).toBe(5);
    expect(stderr).toMatch(/is set up already, and there is no operator's token in .*\.env\.admin\. Put one there, as INFLUX_TOKEN=/);
    expect(readdirSync(other)).toEqual([]);
  });

  it("with an operator's token that somebody put there, it is made ready for another bucket", async () => {
    const other = temporaryDirectory();
    const line = `INFLUX_TOKEN=${variables(directory, '.env.admin')['INFLUX_TOKEN']}\n`;
    writeFileSync(join(other, '.env.admin'), line);
    const { code, stdout } = await setup(other, '--to', server.url, '--bucket', 'night flights');
    expect(code).toBe(0);
    expect(stdout).toMatch(/bucket night flights was made, with shard groups of 364 days/);
    expect(readFileSync(join(other, '.env.admin'), 'utf8')).toBe(line);
    expect(variables(other, '.env')['INFLUX_BUCKET']).toBe('night flights');
    expect((await setup(other)).stdout).toContain(NOTHING);
  });

  it('an organization that it does not have is named', async () => {
    const other = temporaryDirectory();
    writeFileSync(join(other, '.env.admin'), `INFLUX_TOKEN=${variables(directory, '.env.admin')['INFLUX_TOKEN']}\n`);
    const { code, stderr } = await setup(other, '--to', server.url, '--org', 'nope');
    expect([code, stderr]).toEqual([5, `skein: ${server.url} has no organization nope. Check --org or INFLUX_ORG.\n`]);
  });

  it("an operator's token that it does not take ends with what to do", async () => {
    const other = temporaryDirectory();
    writeFileSync(join(other, '.env.admin'), 'INFLUX_TOKEN=of-another-server\n');
    const { code, stderr } = await setup(other, '--to', server.url);
    expect(code).toBe(5);
    expect(stderr).toMatch(/unauthorized access\. The token is that of .*\.env\.admin.*docker compose down --volumes/);
  });

  it("a token of the user's own that does not fit is not replaced", async () => {
    const other = temporaryDirectory();
    writeFileSync(join(other, '.env.admin'), `INFLUX_TOKEN=${variables(directory, '.env.admin')['INFLUX_TOKEN']}\n`);
    writeFileSync(join(other, '.env'), 'INFLUX_TOKEN=of-another-server\n');
    const { code, stderr } = await setup(other, '--to', server.url);
    expect(code).toBe(2);
    expect(stderr).toMatch(/INFLUX_TOKEN in \.env, in a line that is not of skein setup, may not read and write the bucket movebank/);
    expect(readFileSync(join(other, '.env'), 'utf8')).toBe('INFLUX_TOKEN=of-another-server\n');
  });
});

describe('a setup that is killed', () => {
  let server: RecordedServer;
  let gate: Gate;
  const directory = temporaryDirectory();
  beforeAll(async () => {
    server = await openFreshInfluxd2('setup-killed', { varying });
    gate = await startGate(server.url);
  }, 60_000);
  afterAll(async () => {
    await gate.close();
    await server.close();
  });

  async function killWhenLost(path: string, what: 'request' | 'answer'): Promise<void> {
    const lost = gate.loseNext(path, what);
    const { child, ended } = startSkein(['setup', '--to', gate.url], {}, directory);
    await lost;
    child.kill('SIGKILL');
    await ended;
  }

  it('before the server knows its secrets has them in the file already', async () => {
    await killWhenLost('/api/v2/setup', 'request');
    expect(variables(directory, '.env.admin')['INFLUX_TOKEN']).toMatch(/^[0-9a-f]{64}$/);
  });

  it('before the answer came goes on with the same secrets', async () => {
    const before = readFileSync(join(directory, '.env.admin'), 'utf8');
    await killWhenLost('/api/v2/setup', 'answer');
    expect(readFileSync(join(directory, '.env.admin'), 'utf8')).toBe(before);
  });

  it('before the token for loads came leaves no token that nobody knows', async () => {
    await killWhenLost('/api/v2/authorizations', 'answer');
    expect(variables(directory, '.env')).not.toHaveProperty('INFLUX_TOKEN');
    expect(await ownTokens(gate.url, directory)).toHaveLength(1);
    const { code, stdout } = await setup(directory);
    expect(code).toBe(0);
    expect(stdout).toMatch(/token was made/);
    expect(await ownTokens(gate.url, directory)).toHaveLength(1);
    expect((await setup(directory)).stdout).toContain(NOTHING);
  });
});

describe('a container that sets itself up with the files', () => {
  let server: RecordedServer;
  const directory = temporaryDirectory();
  beforeAll(async () => {
    server = await openFreshInfluxd2('setup-container', { varying });
  }, 60_000);
  afterAll(() => server.close());

  it('gets its secrets from --files-only, which asks no server', async () => {
    const { code, stdout } = await setup(directory, '--to', server.url, '--bucket', 'geese', '--files-only');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /Written.*\.env, \.env\.admin, \.env\.grafana\.\n\nNext\n {2}docker compose up -d --wait influxdb\n {2}skein setup\n/,
    );
    expect(modesIn(directory).sort()).toEqual(FILES.map((name) => `${name} 600`));
    expect(variables(directory, '.env')).not.toHaveProperty('INFLUX_TOKEN');
  });

  it('is made ready then', async () => {
    const first = variables(directory, '.env.admin');
    const of = (name: string): string | undefined => first[`DOCKER_INFLUXDB_INIT_${name}`];
    expect(of('MODE')).toBe('setup');
    const answer = await ask(
      server.url,
      undefined,
      '/api/v2/setup',
      // As the container's own script has it done.
      JSON.stringify({
        username: of('USERNAME'),
        password: of('PASSWORD'),
        org: of('ORG'),
        bucket: of('BUCKET'),
        token: of('ADMIN_TOKEN'),
      }),
    );
    expect(answer.status).toBe(201);
    const before = textsIn(directory);
    const { code, stdout } = await setup(directory);
    expect(code).toBe(0);
    expect(stdout).not.toMatch(/server was set up/);
    expect(stdout).toMatch(/bucket geese has shard groups of 364 days now.*\n.*token was made.*\n.*alone: \.env\./);
    const { '.env': _, ...others } = textsIn(directory);
    expect(before).toMatchObject(others);
    expect((await setup(directory)).stdout).toContain(NOTHING);
    expect((await setup(directory, '--files-only')).stdout).toMatch(/^The files are there already, and nothing was changed\./);
  });
});

describe('the files', () => {
  it('are for one server and bucket, and a run for another is refused', async () => {
    const directory = temporaryDirectory();
    await setup(directory, '--files-only', '--bucket', 'geese');
    const before = textsIn(directory);
    for (const other of [
      ['--bucket', 'swans'],
      ['--org', 'others'],
      ['--to', 'http://127.0.0.1:1'],
    ]) {
      const { code, stderr } = await setup(directory, ...other);
      expect([code, other[0]]).toEqual([2, other[0]]);
      expect(stderr).toMatch(/\.env is for the (bucket geese|organization skein|server http:\/\/localhost:8086), not .*another directory/);
    }
    expect(textsIn(directory)).toEqual(before);
  });

  it("take an operator's token to no server but its own", async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, '.env.admin'), 'INFLUX_URL=http://localhost:8086/\nINFLUX_TOKEN=secret-of-the-operator\n');
    const { code, stderr } = await setup(directory, '--to', 'http://127.0.0.1:1');
    expect(code).toBe(2);
    expect(stderr).toMatch(/\.env\.admin is for the server http:\/\/localhost:8086, not http:\/\/127\.0\.0\.1:1/);
  });

  it('go before the environment, and that before what is usual', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, '.env'), 'INFLUX_HOST=http://of-the-file:8086\n');
    const environment = { INFLUX_URL: 'http://of-the-environment:8086', INFLUX_BUCKET: 'theirs' };
    expect((await skein(['setup', '--files-only'], environment, directory)).code).toBe(0);
    const { INFLUX_URL, INFLUX_BUCKET, INFLUX_ORG } = variables(directory, '.env');
    expect([INFLUX_URL, INFLUX_BUCKET, INFLUX_ORG]).toEqual(['http://of-the-file:8086', 'theirs', 'skein']);
    // An empty flag, as a script with an empty variable gives it, says nothing.
    expect((await setup(directory, '--files-only', '--bucket', '', '--to', '')).code).toBe(0);
  });

  it("have no line of setup where the user has one, and keep the user's", async () => {
    const directory = temporaryDirectory();
    await setup(directory, '--files-only');
    const path = join(directory, '.env');
    writeFileSync(path, `INFLUX_BUCKET=theirs\r\n${readFileSync(path, 'utf8')}MORE=1\n`);
    expect((await setup(directory, '--files-only')).code).toBe(0);
    const lines = readFileSync(path, 'utf8').split('\n');
    expect(lines.filter((line) => line.startsWith('INFLUX_BUCKET'))).toEqual(['INFLUX_BUCKET=theirs\r']);
    expect(lines.slice(-3)).toEqual(['# skein setup end', 'MORE=1', '']);
  });

  it('are found through a link, which stays one', async () => {
    const [directory, elsewhere] = [temporaryDirectory(), temporaryDirectory()];
    writeFileSync(join(elsewhere, 'variables'), 'THEIRS=1\n');
    symlinkSync(join(elsewhere, 'variables'), join(directory, '.env'));
    await setup(directory, '--files-only');
    expect(readFileSync(join(elsewhere, 'variables'), 'utf8')).toMatch(/^THEIRS=1\n# skein setup begin/);
  });

  it('that others may read are closed to them', async () => {
    const directory = temporaryDirectory();
    await setup(directory, '--files-only');
    chmodSync(join(directory, '.env.admin'), 0o644);
    expect((await setup(directory, '--files-only')).stdout).toMatch(/^Written, and to be read by you alone: \.env\.admin\./);
    expect(modesIn(directory)).toContain('.env.admin 600');
  });

  it('refuse a name that no line can hold', async () => {
    const directory = temporaryDirectory();
    const { code, stderr } = await setup(directory, '--files-only', '--bucket', "the geese's");
    expect(code).toBe(2);
    expect(stderr).toMatch(/INFLUX_BUCKET cannot have the value the geese's/);
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe('a server that is not there', () => {
  it('is waited for without being asked to, 10 tries, and nothing is written', async () => {
    const directory = temporaryDirectory();
    const { child, ended } = startSkein(['setup', '--to', 'http://127.0.0.1:1'], {}, directory);
    child.stderr?.once('data', () => child.kill('SIGINT'));
    const { code, stdout, stderr } = await ended;
    expect([code, stdout]).toEqual([130, '']);
    expect(stderr).toMatch(/not healthy yet: the connection was refused\. 9 tries left\./);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('is given up after the last try', async () => {
    const { code, stderr } = await setup(temporaryDirectory(), '--to', 'http://127.0.0.1:1', '--wait', '1');
    expect(code).toBe(5);
    expect(stderr).toMatch(/^skein: http:\/\/127\.0\.0\.1:1 is not healthy after one try: the connection was refused/);
  });

  it('is told from one that speaks no https', async () => {
    const plain = createServer((_, response) => response.end());
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    const { port } = plain.address() as AddressInfo;
    const { stderr } = await setup(temporaryDirectory(), '--to', `https://127.0.0.1:${port}`, '--wait', '1');
    expect(stderr).toMatch(/is not healthy after one try: it does not speak https\./);
    plain.close();
  });

  it('is told from a mistake in its URL', async () => {
    for (const [url, sentence] of [
      ['localhost:8086', /begins with http/],
      ['not a url', /cannot be read/],
      ['http://skein:hush@localhost:8086', /Credentials do not belong into a URL/],
    ] as const) {
      const { code, stderr } = await setup(temporaryDirectory(), '--to', url);
      expect([code, url]).toEqual([2, url]);
      expect(stderr).toMatch(sentence);
    }
  });
});

describe.skipIf(!hasInfluxdb1)("a real InfluxDB 1.x (skipped without Debian's package influxdb)", () => {
  let server: Influxdb1;
  beforeAll(async () => {
    server = await startInfluxdb1();
  }, 60_000);
  afterAll(() => server.stop());

  it('needs no setup, and is told so', async () => {
    const directory = temporaryDirectory();
    const { code, stderr } = await setup(directory, '--to', server.url);
    expect(code).toBe(5);
    expect(stderr).toMatch(/is InfluxDB 1\.x, and skein setup is for InfluxDB 2\. A load needs no more than INFLUX_TOKEN there/);
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe.skipIf(!hasVictoriaMetrics)("a real VictoriaMetrics (skipped without Debian's package victoria-metrics)", () => {
  let server: VictoriaMetrics;
  beforeAll(async () => {
    server = await startVictoriaMetrics('100y');
  }, 60_000);
  afterAll(() => server.stop());

  it('needs no setup, and is told so', async () => {
    const directory = temporaryDirectory();
    const { code, stderr } = await setup(directory, '--to', server.url);
    expect(code).toBe(5);
    expect(stderr).toMatch(/is VictoriaMetrics, and skein setup is for InfluxDB 2/);
    expect(existsSync(join(directory, '.env'))).toBe(false);
  });
});

it('an InfluxDB 3 (stand-in) needs no setup, and is told so', async () => {
  const server = await startStandIn3();
  const { code, stderr } = await setup(temporaryDirectory(), '--to', server.url);
  expect(code).toBe(5);
  expect(stderr).toMatch(/wants a token before it says what it is, and skein setup is for InfluxDB 2/);
  await server.close();
});

function secretsOf(file: Record<string, string>): string[] {
  return Object.entries(file).flatMap(([name, value]) => (/(TOKEN|PASSWORD)$/.test(name) ? [value] : []));
}

/** The server's tokens that were made for the directory's bucket. */
async function ownTokens(url: string, directory: string): Promise<unknown[]> {
  const { text } = await ask(url, variables(directory, '.env.admin')['INFLUX_TOKEN'], '/api/v2/authorizations');
  const { authorizations } = JSON.parse(text) as { authorizations: { description: string }[] };
  const { INFLUX_TOKEN_DESCRIPTION } = variables(directory, '.env');
  return authorizations.filter(({ description }) => description === INFLUX_TOKEN_DESCRIPTION);
}
