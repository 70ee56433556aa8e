// What Movebank's dictionary knows of reference data: its names and its numbers.

/** Columns that name an animal or a tag. In reference data the ids are the owner's names; where both are there, the sure one comes first. */
export const ANIMAL_COLUMNS = ['individual_local_identifier', 'animal_id'];
export const TAG_COLUMNS = ['tag_local_identifier', 'tag_id'];
export const DEPLOY_ON_COLUMNS = ['deploy_on_date', 'deploy_on_timestamp'];
export const DEPLOY_OFF_COLUMNS = ['deploy_off_date', 'deploy_off_timestamp'];

/** What groups animals in nearly every study, is short, and stays the same over a deployment. */
export const USUAL_TAGS = ['animal_sex', 'animal_life_stage'];

/** Terms whose values are numbers; those of all others are text, also where they look like numbers. */
export const NUMBERS: ReadonlySet<string> = new Set([
  'animal_birth_hatch_latitude',
  'animal_birth_hatch_longitude',
  'animal_mass',
  'animal_mortality_latitude',
  'animal_mortality_longitude',
  'capture_handling_time',
  'capture_latitude',
  'capture_longitude',
  'deploy_off_latitude',
  'deploy_off_longitude',
  'deploy_on_latitude',
  'deploy_on_longitude',
  'geolocator_light_threshold',
  'geolocator_sun_elevation_angle',
  'main_location_lat',
  'main_location_long',
  'number_of_deployed_locations',
  'number_of_deployments',
  'number_of_events',
  'number_of_individuals',
  'number_of_tags',
  'tag_battery_voltage',
  'tag_beacon_frequency',
  'tag_mass',
  'tag_mass_total',
  'tsn',
  'weight',
]);
