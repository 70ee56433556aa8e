// Write the dashboard as the JSON that Grafana is given: `npm run dashboard`.

import { writeFileSync } from 'node:fs';
import { buildDashboard } from './dashboard.ts';

/** This file runs in dist/grafana/. */
const TARGET = new URL('../../grafana/dashboards/skein.json', import.meta.url);

writeFileSync(TARGET, `${JSON.stringify(buildDashboard(), null, 2)}\n`);
