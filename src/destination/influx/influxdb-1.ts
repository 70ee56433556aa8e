// InfluxDB 1.x, up to 1.11. Seen on 1.6 and 1.8.
//
// A refusal names the line only of a body that cannot be parsed, and there only
// the first; of a field type or a time beyond the retention it names none. The
// other lines are written, which does no harm: a point may be sent again.

import type { Dialect } from './dialect.ts';
import { serverOf } from './server.ts';
import { databaseOf } from './target.ts';

export const influxdb1: Dialect = {
  name: 'influxdb-1',
  title: 'InfluxDB 1.x',
  numbersOnly: false,
  writePath: (target) => `/write?${new URLSearchParams({ ...databaseOf(target.bucket), precision: 'ms' })}`,
  authorization: (token) => `Basic ${Buffer.from(token).toString('base64')}`,
  takesWrites: (status) => status < 300,
  namedLines: () => undefined,
  worthKnowing: [],
  questions: async (target) => {
    const { InfluxqlQuestions } = await import('./influxql-questions.ts');
    return new InfluxqlQuestions(serverOf(target, influxdb1), databaseOf(target.bucket));
  },
  buckets: async (target) => {
    const { Influxdb1Buckets } = await import('./influxdb-1-buckets.ts');
    return new Influxdb1Buckets(serverOf(target, influxdb1), databaseOf(target.bucket));
  },
};
