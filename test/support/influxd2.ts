// A fresh InfluxDB 2 of our own, for what can be seen on a fresh one only:
// SKEIN_TEST_INFLUXD2 is the path of an influxd. Without it the tests get what one
// was recorded to answer.

import { join } from 'node:path';
import { openRecorded, type RecordedServer, type RecordingOptions } from './recorded-server.ts';
import { freePort, startServer } from './server-process.ts';
import { temporaryDirectory } from './skein.ts';

const { SKEIN_TEST_INFLUXD2: binary = '' } = process.env;

export const hasInfluxd2 = binary !== '';

/** One that nobody has set up, or the recording `name` of one. */
export async function openFreshInfluxd2(name: string, options: RecordingOptions): Promise<RecordedServer> {
  if (!hasInfluxd2) return openRecorded(name, undefined, options);
  const directory = temporaryDirectory();
  const address = `127.0.0.1:${await freePort()}`;
  const args = [
    ...['--bolt-path', join(directory, 'bolt'), '--sqlite-path', join(directory, 'sqlite')],
    ...['--engine-path', join(directory, 'engine'), '--http-bind-address', address, '--reporting-disabled'],
  ];
  const server = await startServer(binary, args, `http://${address}/health`);
  const recorded = await openRecorded(name, `http://${address}`, options);
  return {
    url: recorded.url,
    close: async () => {
      await recorded.close();
      await server.stop();
    },
  };
}
