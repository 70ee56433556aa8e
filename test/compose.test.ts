// The containers: what each of them is given, and that the repository holds no
// secret. A Docker Compose client, where there is one, reads the file as well.

import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse as parseEnv } from 'dotenv';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { skein, temporaryDirectory } from './support/skein.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

interface Service {
  image?: string;
  build?: string;
  profiles?: string[];
  env_file?: string | string[];
  environment?: Record<string, string>;
  ports?: string[];
  volumes: (string | { source: string; read_only: boolean })[];
  healthcheck?: { test: string[] };
}

const { services, volumes } = parse(textOf('docker-compose.yml')) as { services: Record<string, Service>; volumes: Record<string, null> };
const filesOf = ({ env_file = [] }: Service): string[] => [env_file].flat();

describe('docker-compose.yml', () => {
  it('has InfluxDB and Grafana, and a loader that starts only when it is asked for', () => {
    expect(Object.keys(services)).toEqual(['influxdb', 'grafana', 'loader']);
    expect(Object.values(services).map(({ profiles }) => profiles)).toEqual([undefined, undefined, ['load']]);
  });

  it('pins every image to a release', () => {
    const based = [...textOf('Dockerfile').matchAll(/^FROM (\S+)/gm)].map(([, image]) => String(image));
    const images = [...Object.values(services).flatMap(({ image }) => image ?? []), ...based];
    expect(images).toHaveLength(4);
    for (const image of images) expect(image).toMatch(/:\d+\.\d+\.\d+(-[\w.-]+)?$/);
  });

  it('opens ports on this machine only', () => {
    const ports = Object.values(services).flatMap((service) => service.ports ?? []);
    expect(ports).toEqual(['127.0.0.1:8086:8086', '127.0.0.1:3000:3000']);
  });

  it('looks after the health of what keeps running, and keeps its data in volumes that have a name', () => {
    for (const { healthcheck, volumes: mounted } of [services['influxdb'], services['grafana']] as Service[]) {
      expect(healthcheck?.test[0]).toBe('CMD');
      const named = mounted.flatMap((volume) => (typeof volume === 'string' && !volume.startsWith('.') ? volume.split(':')[0] : []));
      expect(named).not.toHaveLength(0);
      for (const name of named) expect(volumes).toHaveProperty(String(name));
    }
  });

  it("gives the operator's secrets to InfluxDB and nobody else, and Grafana's to Grafana", () => {
    const given = Object.fromEntries(Object.entries(services).map(([name, service]) => [name, filesOf(service)]));
    expect(given).toEqual({ influxdb: ['.env.admin'], grafana: ['.env', '.env.grafana'], loader: ['.env'] });
  });

  it('holds no password and no token', () => {
    const names = Object.values(services).flatMap(({ environment = {} }) => Object.keys(environment));
    expect(names.filter((name) => /PASSWORD|TOKEN/.test(name))).toEqual([]);
    const ignored = textOf('.gitignore').split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['.env', '.env.*']));
  });

  it('lets nobody look at Grafana without a name', () => {
    expect(services['grafana']?.environment).toMatchObject({ GF_AUTH_ANONYMOUS_ENABLED: 'false', GF_USERS_ALLOW_SIGN_UP: 'false' });
  });

  it('has the loader read the export, and never as root', () => {
    expect(services['loader']?.volumes[0]).toMatchObject({ read_only: true, bind: { create_host_path: false } });
    expect(textOf('Dockerfile').trimEnd().split('\n').slice(-2)[0]).toBe('USER node');
    expect(textOf('.dockerignore')).toMatch(/^\*$/m);
  });
});

describe("Grafana's data source", () => {
  const [source] = (parse(textOf('grafana/provisioning/datasources/influxdb.yaml')) as { datasources: Record<string, unknown>[] })
    .datasources;

  it('speaks Flux, and has the name that the dashboards call it by', () => {
    expect(source).toMatchObject({ uid: 'influxdb', type: 'influxdb', jsonData: { version: 'Flux' } });
  });

  it('takes all that is secret or differs from variables that its container has', async () => {
    const directory = temporaryDirectory();
    await skein(['setup', '--files-only'], {}, directory);
    const given = {
      ...parseEnv(readFileSync(join(directory, '.env'))),
      // `skein setup` adds it when it has talked to the server.
      INFLUX_TOKEN: '',
      ...services['grafana']?.environment,
    };
    const wanted = [...JSON.stringify(source).matchAll(/\$(\w+)/g)].map(([, name]) => name);
    expect(wanted.sort()).toEqual(['INFLUX_BUCKET', 'INFLUX_ORG', 'INFLUX_TOKEN', 'INFLUX_URL']);
    for (const name of wanted) expect(given).toHaveProperty(String(name));
  });
});

/** The words that call it, of a version that is maintained; undefined where there is none. */
function composeClient(): string[] | undefined {
  return [['docker', 'compose'], ['docker-compose']].find(([command = '', ...args]) => {
    const { status, stdout } = spawnSync(command, [...args, 'version'], { encoding: 'utf8' });
    return status === 0 && !/\b1\.\d+\.\d+\b/.test(stdout);
  });
}

const client = composeClient();

describe.skipIf(client === undefined)('Docker Compose (skipped where it is not installed)', () => {
  const directory = temporaryDirectory();
  beforeAll(async () => {
    for (const name of ['docker-compose.yml', 'Dockerfile', 'grafana', 'fixtures/geese.csv'])
      cpSync(join(ROOT, name), join(directory, name), { recursive: true });
    await skein(['setup', '--files-only', '--bucket', 'my $HOME bucket'], {}, directory);
  });

  function config(
    environment: Record<string, string> = {},
  ): Record<string, { environment: Record<string, string>; command: string[]; volumes: unknown[] }> {
    const [command = '', ...args] = client ?? [];
    const { status, stdout, stderr } = spawnSync(command, [...args, '--profile', 'load', 'config', '--format', 'json'], {
      cwd: directory,
      encoding: 'utf8',
      env: { ...process.env, ...environment },
    });
    expect([status, stderr]).toEqual([0, '']);
    return (JSON.parse(stdout) as { services: ReturnType<typeof config> }).services;
  }

  it('takes the file, and the values of the files as they are meant', () => {
    const found = config();
    // It writes a dollar sign twice.
    expect(found['influxdb']?.environment).toMatchObject({ DOCKER_INFLUXDB_INIT_BUCKET: 'my $$HOME bucket' });
    expect(found['grafana']?.environment).toMatchObject({ INFLUX_URL: 'http://influxdb:8086', INFLUX_BUCKET: 'my $$HOME bucket' });
    expect(Object.keys(found['grafana']?.environment ?? {}).filter((name) => name.startsWith('DOCKER_'))).toEqual([]);
  });

  it('mounts the export that EXPORT names, each under a path of its own', () => {
    const loader = config({ EXPORT: '/data/swans.csv' })['loader'];
    expect(loader?.command.slice(0, 2)).toEqual(['load', '/exports//data/swans.csv']);
    expect(loader?.volumes[0]).toMatchObject({ type: 'bind', source: '/data/swans.csv', read_only: true });
  });
});
