// The model of a tutorial that many InfluxDB users began with: every row of an
// export is a point of one series, and what tells animals apart are fields.
//
// Rows of the same time overwrite one another there, so it is for those who
// have its queries and dashboards already. What Python's influxdb-client writes
// for it is in `fixtures/tutorial.lp`.

import type { Mapping } from './mapping.ts';

/** The word that stands for it in place of a mapping file's path. */
export const TUTORIAL = 'tutorial';

export const TUTORIAL_MAPPING: Mapping = {
  measurement: 'migration',
  time: { column: 'timestamp', format: 'movebank', utcOffset: '+00:00' },
  tags: [{ key: 'type', value: 'migration-value' }],
  fields: [
    { column: 'event-id', type: 'text' },
    { column: 'location-long', key: 'lon', type: 'float' },
    { column: 'location-lat', key: 'lat', type: 'float' },
    { column: 'manually-marked-outlier', type: 'text' },
    { column: 'individual-taxon-canonical-name', type: 'text' },
    { column: 'tag-local-identifier', type: 'text' },
    { column: 'individual-local-identifier', type: 'text' },
  ],
  individual: 'individual-local-identifier',
  missingText: 'keep',
  duplicates: 'last',
  drop: [],
};
