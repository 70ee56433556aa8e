// The terms of Movebank's dictionary that the tests' own files have as columns, so
// that those are judged where the dictionary is not at hand. Where it is, a test
// compares the two.

import type { Role, Term } from './expect-points.ts';

const ROLES: [term: string, underscoreForm: string, role: Role][] = [
  ['event-id', 'event_id', 'integer'],
  ['visible', 'visible', 'boolean'],
  ['timestamp', 'timestamp', 'time'],
  ['location-long', 'location_long', 'float'],
  ['location-lat', 'location_lat', 'float'],
  ['external-temperature', 'external_temperature', 'float'],
  ['ground-speed', 'ground_speed', 'float'],
  ['heading', 'heading', 'float'],
  ['height-above-ellipsoid', 'height_above_ellipsoid', 'float'],
  ['height-raw', 'height_raw', 'string'],
  ['gps:satellite-count', 'gps_satellite_count', 'integer'],
  ['argos:lc', 'argos_lc', 'string'],
  ['comments', 'comments', 'string'],
  ['study-timezone', 'study_timezone', 'drop'],
  ['manually-marked-outlier', 'manually_marked_outlier', 'boolean'],
  ['sensor-type', 'sensor_type', 'tag'],
  ['sensor-type-id', 'sensor_type_id', 'tag'],
  ['individual-taxon-canonical-name', 'individual_taxon_canonical_name', 'tag'],
  ['tag-local-identifier', 'tag_local_identifier', 'tag'],
  ['tag-id', 'tag_id', 'tag'],
  ['individual-local-identifier', 'individual_local_identifier', 'tag'],
  ['individual-id', 'individual_id', 'tag'],
  ['study-name', 'study_name', 'tag'],
  ['study-id', 'study_id', 'tag'],
];

export const TERMS: readonly Term[] = ROLES.map(([term, underscoreForm, role]) => ({ term, underscoreForm, role }));
