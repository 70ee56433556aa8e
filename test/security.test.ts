// Who is talked to, who may listen, and what is never said.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isThisMachine } from '../src/cli/plain-http.ts';
import { keepSecret, withoutSecrets } from '../src/cli/secrets.ts';
import { jsonText } from '../src/cli/words.ts';
import { type Certificates, hasOpenssl, makeCertificates } from './support/certificates.ts';
import { ORG, type StandIn, startStandIn, TOKEN } from './support/influx2-stand-in.ts';
import { hasInfluxdb1, startInfluxdb1 } from './support/influxdb1.ts';
import { GEESE, type Run, skein, temporaryDirectory } from './support/skein.ts';
import { hasScript, skeinOnTerminal } from './support/terminal.ts';

const environment = { INFLUX_TOKEN: TOKEN, INFLUX_ORG: ORG };
/** Small, so that a load is quick. */
function smallExport(): string {
  const file = join(temporaryDirectory(), 'export.csv');
  writeFileSync(file, 'event-id,timestamp,location-long,location-lat\n1,2014-05-01 12:00:00.000,6.5,53.0\n');
  return file;
}

describe.skipIf(!hasOpenssl)('a server with a certificate of an authority of its own (skipped without openssl)', () => {
  let certificates: Certificates;
  let server: StandIn;
  beforeAll(async () => {
    certificates = makeCertificates('IP:127.0.0.1');
    server = await startStandIn(['geese'], certificates);
  });
  afterAll(() => server.close());
  const load = (url: string, ...more: string[]): Promise<Run> =>
    skein(['load', smallExport(), '--to', url, '--bucket', 'geese', '--quiet', ...more], environment);

  it('is trusted with --ca-file, by the workers and by what looks after buckets and asks questions', async () => {
    expect(await load(server.url, '--ca-file', certificates.caFile)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect((await load(server.url, '--ca-file', certificates.caFile, '--bucket', 'made', '--create-bucket')).code).toBe(0);
    expect([server.lines.get('geese')?.length, server.lines.get('made')?.length]).toEqual([1, 1]);
  });

  it('is not trusted without, whatever the environment says', async () => {
    const { lines } = server;
    const held = lines.get('geese')?.length;
    const refused = await skein(['load', smallExport(), '--to', server.url, '--bucket', 'geese'], {
      ...environment,
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
    });
    expect([refused.code, refused.stderr]).toEqual([
      5,
      expect.stringMatching(/is not trusted: its certificate is not signed by an authority that is known here\. .* --ca-file/),
    ]);
    expect(lines.get('geese')).toHaveLength(held ?? 0);
  });

  it('is not trusted under another name', async () => {
    const other = makeCertificates('DNS:geese.example');
    const elsewhere = await startStandIn(['geese'], other);
    const refused = await load(elsewhere.url, '--ca-file', other.caFile);
    await elsewhere.close();
    expect([refused.code, refused.stderr]).toEqual([5, expect.stringContaining('its certificate is for another host name')]);
  });

  it('needs a file that holds a certificate', async () => {
    const refused = await load(server.url, '--ca-file', GEESE);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('is no certificate in PEM form')]);
    const missing = await load(server.url, '--ca-file', '/nowhere.pem');
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('The file of --ca-file, /nowhere.pem, cannot be read')]);
  });
});

describe('http:// to another machine', () => {
  it.each([
    ['http://localhost:8086', true],
    ['http://influx.localhost', true],
    ['http://127.0.0.1:8086', true],
    ['http://127.8.9.1', true],
    ['http://[::1]:8086', true],
    ['http://[::ffff:127.0.0.1]', true],
    ['http://localhost.example', false],
    ['http://0.0.0.0', false],
    ['http://192.168.1.7', false],
    ['http://127.evil.example', false],
    ['http://[::2]', false],
  ])('%s is this machine: %s', (url, expected) => expect(isThisMachine(new URL(url).hostname)).toBe(expected));

  it('is warned of once, before anything is sent, and goes on', async () => {
    const { stderr } = await skein(['load', smallExport(), '--to', 'http://0.0.0.0:1', '--quiet'], environment);
    expect(stderr.match(/Warning: http:\/\/ to 0\.0\.0\.0 sends the token and the data as they are/g)).toHaveLength(1);
    expect(stderr).toContain('No server answers at http://0.0.0.0:1');
  });
});

describe('a token', () => {
  let server: StandIn;
  beforeAll(async () => {
    server = await startStandIn(['geese']);
  });
  afterAll(() => server.close());

  it.skipIf(!hasScript)('that is wanted and not given is asked for, and not shown (skipped without the program script)', async () => {
    const args = ['load', smallExport(), '--to', server.url, '--org', ORG, '--bucket', 'geese'];
    const given = await skeinOnTerminal(args, 'Token for', `${TOKEN}\n`, {});
    expect([given.code, given.stdout]).toEqual([0, expect.stringContaining(`Token for ${server.url} (on InfluxDB 1.x user:password): `)]);
    expect(given.stdout).not.toContain(TOKEN);
    const wrong = await skeinOnTerminal(args, 'Token for', 'hush-hush\n', {});
    expect([wrong.code, wrong.stdout]).toEqual([5, expect.stringContaining('does not accept the token')]);
    const empty = await skeinOnTerminal(args, 'Token for', '\n', {});
    expect([empty.code, empty.stdout]).toEqual([2, expect.stringContaining('No token was given')]);
    const interrupted = await skeinOnTerminal(args, 'Token for', '\x03', {});
    expect(interrupted.code).toBe(130);
  });

  it.skipIf(!hasScript || !hasInfluxdb1)(
    "is asked for by a 1.x with users too (skipped without script or Debian's package influxdb)",
    async () => {
      const influx = await startInfluxdb1({ name: 'admin', password: 'hush-hush' });
      await influx.query('CREATE DATABASE geese');
      const args = ['load', smallExport(), '--to', influx.url, '--bucket', 'geese'];
      const given = await skeinOnTerminal(args, 'Token for', 'admin:hush-hush\n', {});
      await influx.stop();
      expect([given.code, given.stdout]).toEqual([0, expect.not.stringContaining('hush-hush')]);
    },
  );

  it('is in no file that a load leaves', async () => {
    const state = temporaryDirectory();
    const file = join(temporaryDirectory(), '.env.admin');
    writeFileSync(file, 'INFLUX_TOKEN=stand-in-token\n');
    const more = ['--admin-env-file', file, '--state', join(state, 's')];
    expect((await skein(['load', GEESE, '--to', server.url, '--bucket', 'geese', ...more], environment)).code).toBe(0);
    const names = readdirSync(join(state, 's'));
    expect(names).toContain('journal.ndjson');
    for (const name of names) expect([name, readFileSync(join(state, 's', name), 'utf8').includes(TOKEN)]).toEqual([name, false]);
  });

  it('is taken out of every message, also in the form in which a header has it', () => {
    keepSecret('admin:hush-hush');
    keepSecret('a');
    const header = `Basic ${Buffer.from('admin:hush-hush').toString('base64')}`;
    expect(withoutSecrets(`Error: ${header}\n    at admin:hush-hush (a.js)`)).toBe('Error: Basic ***\n    at *** (a.js)');
  });
});

describe('what could steer a terminal', () => {
  it('in the words of a server, is printed as something else', async () => {
    const server = await startStandIn(['geese']);
    server.fail = { from: 1, status: 500, message: 'no \u001b[31mspace\u009b2J\u0007 left' };
    const failed = await skein(['load', smallExport(), '--to', server.url, '--bucket', 'geese', '--retry-seconds', '0'], environment);
    await server.close();
    expect(failed.stderr).toContain('answered with status 500: no  [31mspace 2J  left');
    expect(failed.stderr.trimEnd()).not.toMatch(/\p{Cc}/u);
  });

  it('in a column name, is escaped in JSON and in text', async () => {
    const file = join(temporaryDirectory(), 'export.csv');
    writeFileSync(file, 'event-id,timestamp,"odd\u009b31m"\n1,2014-05-01 12:00:00.000,7\n');
    const { stdout } = await skein(['inspect', file, '--json']);
    expect(stdout).toContain('odd\\u009b31m');
    expect(stdout).not.toContain('\u009b');
    expect((await skein(['inspect', file])).stdout).not.toContain('\u009b');
    expect(JSON.parse(jsonText({ a: '\u007f\u009fé' }))).toEqual({ a: '\u007f\u009fé' });
  });
});
