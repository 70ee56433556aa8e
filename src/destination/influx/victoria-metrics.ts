// VictoriaMetrics, through its InfluxDB write path. Seen on 1.79.
//
// Each field is a series of its own, named `<measurement>_<field>`, and every
// value a float: text would be stored as 0. The bucket becomes the label `db`.
// A line that it cannot read, and a time outside its retention, are told in its
// log only, so what it will keep is tried before a load.

import type { Dialect } from './dialect.ts';
import { serverOf } from './server.ts';

export const victoriaMetrics: Dialect = {
  name: 'victoria-metrics',
  title: 'VictoriaMetrics',
  numbersOnly: true,
  writePath: ({ bucket }) => `/write?${new URLSearchParams({ db: bucket, precision: 'ms' })}`,
  // It has no users of its own; a proxy before it may.
  authorization: (token) => (token.includes(':') ? `Basic ${Buffer.from(token).toString('base64')}` : `Bearer ${token}`),
  takesWrites: (status) => status < 300,
  namedLines: () => undefined,
  worthKnowing: [],
  questions: async (target) => {
    const { ExportQuestions } = await import('./export-questions.ts');
    return new ExportQuestions(serverOf(target, victoriaMetrics), target.bucket);
  },
  tryOut: async (target, span) => {
    const { tryOut } = await import('./try-out.ts');
    return tryOut(serverOf(target, victoriaMetrics), target.bucket, victoriaMetrics.writePath(target), span);
  },
};
