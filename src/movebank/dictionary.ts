// The terms of the Movebank attribute dictionary that occur as column names,
// one a line: the term, the key it is written under, what it becomes, and the unit
// where it has one.
//
// Source: Movebank Attribute Dictionary (NERC vocabulary server, collection
// MVB) and the attribute names that Movebank's REST API answers with, 2026-11.
// A key is the term's REST spelling. Where two terms share one and differ in
// type, the term with a prefix keeps it (`heartrate_ecg_raw`, `gls_twilight`).
// Two terms are renamed to what geographic queries expect: `lat` and `lon`.
export const DICTIONARY = `
acceleration-axes acceleration_axes text
acceleration-raw-x acceleration_raw_x float
acceleration-raw-y acceleration_raw_y float
acceleration-raw-z acceleration_raw_z float
acceleration-sampling-frequency-per-axis acceleration_sampling_frequency_per_axis float Hz
acceleration-x acceleration_x float m/s2
acceleration-y acceleration_y float m/s2
acceleration-z acceleration_z float m/s2
accelerations accelerations drop m/s2
accelerations-raw accelerations_raw drop
activity-count activity_count integer
activity-x activity_x float
activity-y activity_y float
activity-z activity_z float
algorithm-marked-outlier algorithm_marked_outlier boolean
alt-index-id alt_index_id text
ambiguous-detection ambiguous_detection boolean
angular-velocities-raw angular_velocities_raw drop
angular-velocity-x angular_velocity_x float deg/s
angular-velocity-y angular_velocity_y float deg/s
angular-velocity-z angular_velocity_z float deg/s
argos:altitude argos_altitude float m
argos:best-level argos_best_level float dB
argos:calcul-freq argos_calcul_freq float MHz
argos:error-radius argos_error_radius float m
argos:gdop argos_gdop float m/Hz
argos:iq argos_iq text
argos:lat1 argos_lat1 float decimal degrees WGS84
argos:lat2 argos_lat2 float decimal degrees WGS84
argos:lc argos_lc text
argos:location-algorithm argos_location_algorithm text
argos:lon1 argos_lon1 float decimal degrees WGS84
argos:lon2 argos_lon2 float decimal degrees WGS84
argos:nb-mes argos_nb_mes integer
argos:nb-mes-120 argos_nb_mes_120 integer
argos:nb-mes-identical argos_nb_mes_identical integer
argos:nopc argos_nopc text
argos:orientation argos_orientation float degrees
argos:pass-duration argos_pass_duration float s
argos:sat-id argos_sat_id text
argos:semi-major argos_semi_major float m
argos:semi-minor argos_semi_minor float m
argos:sensor-1 argos_sensor_1 integer
argos:sensor-2 argos_sensor_2 integer
argos:sensor-3 argos_sensor_3 integer
argos:sensor-4 argos_sensor_4 integer
argos:transmission-timestamp argos_transmission_timestamp text
argos:valid-location-algorithm argos_valid_location_algorithm text
argos:valid-location-manual argos_valid_location_manual text
atlas:varx atlas_varx float m2
atlas:varxy atlas_varxy float m2
atlas:vary atlas_vary float m2
awt:alarms-battery awt_alarms_battery boolean
awt:alarms-cbit awt_alarms_cbit boolean
awt:alarms-coverage awt_alarms_coverage boolean
awt:alarms-geofence awt_alarms_geofence boolean
awt:alarms-memory awt_alarms_memory boolean
awt:alarms-movement awt_alarms_movement boolean
awt:alarms-tamperfoil awt_alarms_tamperfoil boolean
awt:alarms-track-mode awt_alarms_track_mode boolean
awt:log-interval awt_log_interval text
bar:barometric-depth barometric_depth float m
bar:barometric-height barometric_height float m
bar:barometric-pressure barometric_pressure float mbar
barometric-depth barometric_depth float m
barometric-height barometric_height float m
barometric-pressure barometric_pressure float mbar
bas:compensated-latitude bas_compensated_latitude float decimal degrees WGS84
bas:confidence bas_confidence text
bas:fix-type bas_fix_type text
bas:mid-value-secs bas_mid_value_secs float s
bas:stationary-latitude bas_stationary_latitude float decimal degrees WGS84
bas:transition-1 bas_transition_1 float
bas:transition-2 bas_transition_2 float
battery-charge-percent battery_charge_percent integer percent
battery-charging-current battery_charging_current float mA
battery-charging-voltage battery_charging_voltage float mV
behavioural-classification behavioural_classification text
comments comments text
compass-heading compass_heading float degrees clockwise from north
conductivity conductivity float
cpu-temperature cpu_temperature float degC
ctt:solar-current-since-last-fix ctt_solar_current_since_last_fix integer mA
data-decoding-software data_decoding_software text
deltatime deltatime integer s
depth depth float m
dive-duration dive_duration integer s
druid:alert druid_alert text
druid:data-source druid_data_source text
ecg:raw ecg_raw float
ecg:sampling-frequency ecg_sampling_frequency float Hz
ecgs:raw ecgs_raw drop
end-timestamp end_timestamp text
eobs:acceleration-axes eobs_acceleration_axes text
eobs:acceleration-sampling-frequency-per-axis eobs_acceleration_sampling_frequency_per_axis float Hz
eobs:accelerations-raw eobs_accelerations_raw drop
eobs:activity eobs_activity integer
eobs:activity-samples eobs_activity_samples integer
eobs:battery-voltage eobs_battery_voltage integer mV
eobs:fix-battery-voltage eobs_fix_battery_voltage integer mV
eobs:horizontal-accuracy-estimate eobs_horizontal_accuracy_estimate float m
eobs:key-bin-checksum eobs_key_bin_checksum integer
eobs:speed-accuracy-estimate eobs_speed_accuracy_estimate float m/s
eobs:start-timestamp eobs_start_timestamp text
eobs:status eobs_status text
eobs:temperature eobs_temperature integer degC
eobs:type-of-fix eobs_type_of_fix integer
eobs:used-time-to-get-fix eobs_used_time_to_get_fix integer s
error-count error_count integer
event-group-id event_group_id text
event-id event_id integer
external-temperature external_temperature float degC
flt:switch flt_switch text
format-type format_type text
geolocation-station-count geolocation_station_count integer
geolocator-fix-type geolocator_fix_type text
geolocator-rise geolocator_rise boolean
geolocator-twilight3 geolocator_twilight3 text
gls:light-level light_level float
gls:twilight gls_twilight integer
gmatrix:alert gmatrix_alert integer
gmatrix:alert-message gmatrix_alert_message text
gmatrix:device-type gmatrix_device_type text
gmatrix:event gmatrix_event text
gmatrix:firmware-version gmatrix_firmware_version text
gmatrix:gps-event gmatrix_gps_event text
gmatrix:gps-event-text gmatrix_gps_event_text text
gmatrix:gps-fix-interval gmatrix_gps_fix_interval integer s
gmatrix:gps-fix-interval-text gmatrix_gps_fix_interval_text text
gmatrix:hardware-version gmatrix_hardware_version text
gmatrix:is-moving gmatrix_is_moving text
gmatrix:is-moving-text gmatrix_is_moving_text text
gmatrix:last-location gmatrix_last_location text
gmatrix:last-location-text gmatrix_last_location_text text
gmatrix:mode gmatrix_mode text
gmatrix:mode-text gmatrix_mode_text text
gmatrix:packet-type gmatrix_packet_type text
gnss:dop gnss_dop float
gnss:fix-type gnss_fix_type integer
gnss:fix-type-raw gnss_fix_type_raw text
gnss:hdop gnss_hdop float
gnss:maximum-signal-strength gnss_maximum_signal_strength float dBm
gnss:message-count gnss_message_count integer
gnss:pdop gnss_pdop float
gnss:satellite-count gnss_satellite_count integer
gnss:time-to-fix gnss_time_to_fix float s
gnss:vdop gnss_vdop float
gps-time-to-fix gps_time_to_fix float s
gps:activity-count gps_activity_count integer
gps:dop gps_dop float
gps:fix-type gps_fix_type integer
gps:fix-type-raw gps_fix_type_raw text
gps:gdop gps_gdop float
gps:hdop gps_hdop float
gps:maximum-signal-strength gps_maximum_signal_strength float dBm
gps:message-count gps_message_count integer
gps:pdop gps_pdop float
gps:satellite-count gps_satellite_count integer
gps:speed-accuracy-estimate gps_speed_accuracy_estimate float m/s
gps:tdop gps_tdop float
gps:twilight gps_twilight text
gps:vdop gps_vdop float
ground-speed ground_speed float m/s
gsat:charge-mode gsat_charge_mode text
gsat:low-power-mode gsat_low_power_mode boolean
gsat:orientation gsat_orientation text
gsm:gsm-signal-strength gsm_signal_strength integer
gsm:mcc-mnc gsm_mcc_mnc integer
gt:activity-count gt_activity_count integer
gt:sys-week gt_sys_week integer
gt:tx-count gt_tx_count integer
guaternions-raw guaternions_raw drop
gundi-urn gundi_urn drop
gyroscope-axes gyroscope_axes text
gyroscope-sampling-frequency-per-axis gyroscope_sampling_frequency_per_axis float Hz
habitat habitat text
heading heading float degrees clockwise from north
heartrate:ecg-raw heartrate_ecg_raw integer
heartrate:ecg-sampling-frequency ecg_sampling_frequency float Hz
heartrate:ecgs-raw ecgs_raw drop
heartrate:heart-rate heart_rate float 1/min
heartrate:rr-interval rr_interval float s
heartrate:voltage-resolution voltage_resolution float mV
height-above-ellipsoid height_above_ellipsoid float m
height-above-ground-level height_above_ground_level float m
height-above-mean-sea-level height_above_mean_sea_level float m
height-above-msl height_above_msl float m
height-raw height_raw text
http://vocabulary.movebank.org/extended/raptor-workshop/attributes#migration-state raptor_workshop_migration_state text
icarus:solar-cell-current icarus_solar_cell_current float mA
import-marked-outlier import_marked_outlier boolean
individual-count individual_count integer
internal-temperature internal_temperature float degC
lat-lower lat_lower float decimal degrees WGS84
lat-median lat_median float decimal degrees WGS84
lat-sd lat_sd float decimal degrees WGS84
lat-upper lat_upper float decimal degrees WGS84
light-level light_level float
locality locality text
location-error-3d location_error_3d float m
location-error-numerical location_error_numerical float m
location-error-percentile location_error_percentile float percent
location-error-text location_error_text text
location-lat lat float decimal degrees WGS84
location-long lon float decimal degrees WGS84
long-lower long_lower float decimal degrees WGS84
long-median long_median float decimal degrees WGS84
long-sd long_sd float decimal degrees WGS84
long-upper long_upper float decimal degrees WGS84
lora:data-rate lora_data_rate float
lora:gateway-id lora_gateway_id text
lora:gateway-latitude lora_gateway_latitude float decimal degrees WGS84
lora:gateway-longitude lora_gateway_longitude float decimal degrees WGS84
lora:payload lora_payload drop
lora:port lora_port integer
lora:rssi lora_rssi float dBm
lora:snr lora_snr integer dB
lora:spreading-factor lora_spreading_factor float
lora:uplink-count lora_uplink_count integer
lot:crc-status lotek_crc_status text
lot:crc-status-text lotek_crc_status_text text
lotek-eres lotek_eres float
lotek-fix-status lotek_fix_status text
lotek:deltatime lotek_deltatime integer s
mag:magnetic-field-axes magnetic_field_axes text
mag:magnetic-field-raw-x magnetic_field_raw_x float
mag:magnetic-field-raw-y magnetic_field_raw_y float
mag:magnetic-field-raw-z magnetic_field_raw_z float
mag:magnetic-field-sampling-frequency-per-axis magnetic_field_sampling_frequency_per_axis float Hz
mag:magnetic-fields-raw magnetic_fields_raw drop
magnetic-field-sampling-frequency-per-axis magnetic_field_sampling_frequency_per_axis float Hz
magnetic-field-x magnetic_field_x float uT
magnetic-field-y magnetic_field_y float uT
magnetic-field-z magnetic_field_z float uT
manually-marked-outlier manually_marked_outlier boolean
manually-marked-valid manually_marked_valid boolean
migration-stage migration_stage text
migration-stage-standard migration_stage_standard text
modelled modelled boolean
mortality-status mortality_status text
motus:batch-id motus_batch_id text
mw:activity-count mw_activity_count float
mw:show-in-kml mw_show_in_kml boolean
mw:show-in-KML mw_show_in_KML boolean
observer observer text
odba odba float g
opencollar:active-tracking opencollar_active_tracking boolean
opencollar:cold-retry opencollar_cold_retry integer
opencollar:error-acc opencollar_error_acc boolean
opencollar:error-bat opencollar_error_bat boolean
opencollar:error-ble opencollar_error_ble boolean
opencollar:error-flash opencollar_error_flash boolean
opencollar:error-lr opencollar_error_lr boolean
opencollar:error-lr-join opencollar_error_lr_join boolean
opencollar:error-ublox opencollar_error_ublox boolean
opencollar:error-ublox-fix opencollar_error_ublox_fix boolean
opencollar:hot-retry opencollar_hot_retry integer
opencollar:locked opencollar_locked boolean
opencollar:msg opencollar_msg integer
opencollar:payload-type opencollar_payload_type text
opencollar:reset opencollar_reset integer
opencollar:uptime opencollar_uptime float weeks
opencollar:ver-fw-major opencollar_ver_fw_major text
opencollar:ver-fw-minor opencollar_ver_fw_minor text
opencollar:ver-fw-type opencollar_ver_fw_type text
orientation-quaternions-raw orientation_quaternions_raw drop
orientation-quaternions-sampling-frequency orientation_quaternions_sampling_frequency float Hz
orientation:quaternion-raw-w orientation_quaternion_raw_w float
orientation:quaternion-raw-x orientation_quaternion_raw_x float
orientation:quaternion-raw-y orientation_quaternion_raw_y float
orientation:quaternion-raw-z orientation_quaternion_raw_z float
orn:transmission-protocol ornitela_transmission_protocol text
outlier-comments outlier_comments text
pitch pitch float degrees
proofed proofed boolean
provider-update-ts provider_update_ts text
prox-id prox_id text
prox-signal-strength prox_signal_strength float
quaternion-raw-w quaternion_raw_w float
quaternion-raw-x quaternion_raw_x float
quaternion-raw-y quaternion_raw_y float
quaternion-raw-z quaternion_raw_z float
quaternions-sampling-frequency quaternions_sampling_frequency float Hz
raptor-workshop:behaviour raptor_workshop_behaviour text
raptor-workshop:deployment-special-event raptor_workshop_deployment_special_event text
raptor-workshop:migration-state raptor_workshop_migration_state text
receiver-deployment-id receiver_deployment_id text
receiver-detector-id receiver_detector_id text
receiver-id receiver_id text
receiver-latitude receiver_latitude float decimal degrees WGS84
receiver-longitude receiver_longitude float decimal degrees WGS84
relative-humidity relative_humidity float percent
roll roll float degrees
rr-interval rr_interval float s
sampling-frequency sampling_frequency float Hz
savannah:alarm-type savannah_alarm_type text
savannah:record-type savannah_record_type text
sensolus:fix-type sensolus_fix_type text
sensolus:location-source sensolus_location_source text
sensor-type sensor_type tag
sensor-type-id sensor_type_id tag
sequence-number sequence_number integer
sequence-number-burst sequence_number_burst drop
sigfox:computed-location-radius sigfox_computed_location_radius float m
sigfox:computed-location-source sigfox_computed_location_source text
sigfox:computed-location-status sigfox_computed_location_status text
sigfox:country sigfox_country text
sigfox:device-type sigfox_device_type text
sigfox:duplicates sigfox_duplicates text
sigfox:format-character sigfox_format_character text
sigfox:link-quality sigfox_link_quality text
sigfox:lqi sigfox_lqi text
sigfox:operator sigfox_operator text
sigfox:payload sigfox_payload drop
sigfox:rssi sigfox_rssi float
sigfox:sensor-data-raw sigfox_sensor_data_raw drop
sigfox:tx-interval sigfox_tx_interval float min
sigfox:tx-interval-text sigfox_tx_interval_text text
solar-cell-voltage solar_cell_voltage float mV
solar-voltage-percent solar_voltage_percent float percent
speed-accuracy speed_accuracy float m/s
start-timestamp start_timestamp text
study-local-timestamp study_local_timestamp drop
study-specific-measurement study_specific_measurement text
tag-backup-voltage tag_backup_voltage float mV
tag-tech-spec tag_tech_spec text
tag-voltage tag_voltage float mV
tdr:depth tdr_depth float m
technosmart:activity technosmart_activity text
technosmart:signal-quality technosmart_signal_quality float
telemetry-detection-count telemetry_detection_count integer
telemetry-run-id telemetry_run_id integer
temperature-max temperature_max float degC
temperature-min temperature_min float degC
tilt-angle tilt_angle float degrees
tilt-x tilt_x float g
tilt-y tilt_y float g
tilt-z tilt_z float g
timestamp timestamp time
tinyfox:activity-percent-last-24h tinyfox_activity_percent_last_24h float percent
tinyfox:error-happened tinyfox_error_happened boolean
tinyfox:last-error tinyfox_last_error text
tinyfox:max-movement-index tinyfox_max_movement_index text
tinyfox:memory-full tinyfox_memory_full boolean
tinyfox:pressure-min-last-24h tinyfox_pressure_min_last_24h float mbar
tinyfox:software-version tinyfox_software_version text
tinyfox:sunny-index-start-voltage tinyfox_sunny_index_start_voltage float mV
tinyfox:sunny-index-voltage-increase tinyfox_sunny_index_voltage_increase float mV
tinyfox:tag-activation tinyfox_tag_activation boolean
tinyfox:temperature-max-last-24h tinyfox_temperature_max_last_24h float degC
tinyfox:temperature-min-last-24h tinyfox_temperature_min_last_24h float degC
tinyfox:total-vedba tinyfox_total_vedba float m/s2
tinyfox:total-vedba-count tinyfox_total_vedba_count integer
tinyfox:vedba-00h-ago tinyfox_vedba_00h_ago float m/s2
tinyfox:vedba-01h-ago tinyfox_vedba_01h_ago float m/s2
tinyfox:vedba-02h-ago tinyfox_vedba_02h_ago float m/s2
tinyfox:vedba-03h-ago tinyfox_vedba_03h_ago float m/s2
tinyfox:vedba-04h-ago tinyfox_vedba_04h_ago float m/s2
tinyfox:vedba-05h-ago tinyfox_vedba_05h_ago float m/s2
tinyfox:vedba-06h-ago tinyfox_vedba_06h_ago float m/s2
tinyfox:vedba-07h-ago tinyfox_vedba_07h_ago float m/s2
tinyfox:vedba-08h-ago tinyfox_vedba_08h_ago float m/s2
tinyfox:vedba-09h-ago tinyfox_vedba_09h_ago float m/s2
tinyfox:vedba-10h-ago tinyfox_vedba_10h_ago float m/s2
tinyfox:vedba-11h-ago tinyfox_vedba_11h_ago float m/s2
tinyfox:vedba-12h-ago tinyfox_vedba_12h_ago float m/s2
tinyfox:vedba-13h-ago tinyfox_vedba_13h_ago float m/s2
tinyfox:vedba-14h-ago tinyfox_vedba_14h_ago float m/s2
tinyfox:vedba-15h-ago tinyfox_vedba_15h_ago float m/s2
tinyfox:vedba-16h-ago tinyfox_vedba_16h_ago float m/s2
tinyfox:vedba-17h-ago tinyfox_vedba_17h_ago float m/s2
tinyfox:vedba-18h-ago tinyfox_vedba_18h_ago float m/s2
tinyfox:vedba-19h-ago tinyfox_vedba_19h_ago float m/s2
tinyfox:vedba-20h-ago tinyfox_vedba_20h_ago float m/s2
tinyfox:vedba-21h-ago tinyfox_vedba_21h_ago float m/s2
tinyfox:vedba-22h-ago tinyfox_vedba_22h_ago float m/s2
tinyfox:vedba-23h-ago tinyfox_vedba_23h_ago float m/s2
tinyfox:vedba-burst-sum tinyfox_vedba_burst_sum float m/s2
track-segment-id track_segment_id text
transmission-protocol transmission_protocol text
transmission-timestamp transmission_timestamp text
twilight twilight text
twilight-excluded twilight_excluded boolean
twilight-inserted twilight_inserted boolean
underwater-count underwater_count integer
underwater-time underwater_time float s
update-ts update_ts text
utm-easting utm_easting drop m
utm-northing utm_northing drop m
utm-zone utm_zone drop
vectronics-activity-mode vectronics_activity_mode text
vedba vedba float g
vertical-error-numerical vertical_error_numerical float m
vertical-speed vertical_speed float m/s
visible visible boolean
voltage-resolution voltage_resolution float mV
waterbird-workshop:behaviour waterbird_workshop_behaviour text
waterbird-workshop:deployment-special-event waterbird_workshop_deployment_special_event text
waterbird-workshop:migration-state waterbird_workshop_migration_state text
wc-residual wc_residual float
wet wet boolean
wet-count wet_count integer
wildfi-acc-conversion-factor wildfi_acc_conversion_factor float
wildfi-gyro-conversion-factor wildfi_gyro_conversion_factor float
wildfi-hall-burst wildfi_hall_burst drop
wildfi-last-error wildfi_last_error text
wildfi-mag-conversion-factor wildfi_mag_conversion_factor float
wildfi-prox-id-burst wildfi_prox_id_burst drop
wildfi-prox-rssi-burst wildfi_prox_rssi_burst drop
wildfi-record-type wildfi_record_type text
zero-crossings-amplitude zero_crossings_amplitude float
zero-crossings-steps zero_crossings_steps integer
animal-birth-hatch-latitude animal_birth_hatch_latitude drop decimal degrees WGS84
animal-birth-hatch-longitude animal_birth_hatch_longitude drop decimal degrees WGS84
animal-comments animal_comments drop
animal-death-comments animal_death_comments drop
animal-earliest-date-born animal_earliest_date_born drop
animal-exact-date-of-birth animal_exact_date_of_birth drop
animal-id animal_id drop
animal-latest-date-born animal_latest_date_born drop
animal-marker-id animal_marker_id drop
animal-mates animal_mates drop
animal-mortality-date animal_mortality_date drop
animal-mortality-latitude animal_mortality_latitude drop decimal degrees WGS84
animal-mortality-longitude animal_mortality_longitude drop decimal degrees WGS84
animal-mortality-type animal_mortality_type drop
animal-nickname animal_nickname drop
animal-offspring animal_offspring drop
animal-parents animal_parents drop
animal-ring-id animal_ring_id drop
animal-sex animal_sex drop
animal-siblings animal_siblings drop
animal-taxon animal_taxon drop
animal_taxon_detail animal_taxon_detail drop
canonical-name canonical_name drop
capture-handling-time capture_handling_time drop s
capture-latitude capture_latitude drop decimal degrees WGS84
capture-longitude capture_longitude drop decimal degrees WGS84
capture-method capture_method drop
capture-timestamp capture_timestamp drop
death-comments death_comments drop
earliest-date-born earliest_date_born drop
exact-date-of-birth exact_date_of_birth drop
individual-id individual_id tag
individual-local-identifier individual_local_identifier tag
individual-taxon-canonical-name individual_taxon_canonical_name tag
latest-date-born latest_date_born drop
nick-name nick_name drop
taxon-canonical-name taxon_canonical_name drop
taxon_detail taxon_detail drop
tsn tsn drop
weight weight drop g
local-identifier local_identifier drop
alt-project-id alt_project_id drop
animal-group-id animal_group_id drop
animal-life-stage animal_life_stage drop
animal-mass animal_mass drop g
animal-reproductive-condition animal_reproductive_condition drop
attachment-body-part attachment_body_part drop
attachment-comments attachment_comments drop
attachment-type attachment_type drop
behavior-according-to behavior_according_to drop
breed-stage breed_stage drop
data-processing-software data_processing_software drop
dba-comments dba_comments drop
deploy-off-date deploy_off_date drop
deploy-off-latitude deploy_off_latitude drop decimal degrees WGS84
deploy-off-longitude deploy_off_longitude drop decimal degrees WGS84
deploy-off-measurements deploy_off_measurements drop
deploy-off-person deploy_off_person drop
deploy-off-sampling deploy_off_sampling drop
deploy-off-timestamp deploy_off_timestamp drop
deploy-on-date deploy_on_date drop
deploy-on-latitude deploy_on_latitude drop decimal degrees WGS84
deploy-on-longitude deploy_on_longitude drop decimal degrees WGS84
deploy-on-measurements deploy_on_measurements drop
deploy-on-person deploy_on_person drop
deploy-on-sampling deploy_on_sampling drop
deploy-on-timestamp deploy_on_timestamp drop
deployment-comments deployment_comments drop
deployment-end-comments deployment_end_comments drop
deployment-end-type deployment_end_type drop
deployment-id deployment_id tag
deployment-image deployment_image drop
duty-cycle duty_cycle drop
geolocator-calibration geolocator_calibration drop
geolocator-light-threshold geolocator_light_threshold drop
geolocator-sensor-comments geolocator_sensor_comments drop
geolocator-sun-elevation-angle geolocator_sun_elevation_angle drop degrees
georeference-protocol georeference_protocol drop
habitat-according-to habitat_according_to drop
locality-according-to locality_according_to drop
location-accuracy-comments location_accuracy_comments drop
manipulation-comments manipulation_comments drop
manipulation-status manipulation_status drop
manipulation-type manipulation_type drop
scheduled-detachment-date scheduled_detachment_date drop
study-site study_site drop
acknowledgements acknowledgements drop
citation citation drop
contact-person contact_person drop
contact-person-id contact_person_id drop
contact-person-name contact_person_name drop
go_public_date go_public_date drop
grants-used grants_used drop
i-am-collaborator i_am_collaborator drop
i-am-owner i_am_owner drop
i-can-see-data i_can_see_data drop
i-have-download-access i_have_download_access drop
is-location-sensor is_location_sensor drop
is-test is_test drop
license-terms license_terms drop
license-type license_type drop
main-location-lat main_location_lat drop
main-location-long main_location_long drop
name name drop
number-of-deployed-locations number_of_deployed_locations drop
number-of-deployments number_of_deployments drop
number-of-events number_of_events drop
number-of-individuals number_of_individuals drop
number-of-tags number_of_tags drop
principal-investigator principal_investigator drop
principal-investigator-address principal_investigator_address drop
principal-investigator-email principal_investigator_email drop
principal-investigator-name principal_investigator_name drop
sensor-type-ids sensor_type_ids drop
study-id study_id tag
study-name study_name tag
study-objective study_objective drop
study-permission study_permission drop
study-summary study_summary drop
study-timezone study_timezone drop
study-type study_type drop
suspend-license-terms suspend_license_terms drop
taxon-ids taxon_ids drop
there-are-data-which-i-cannot-see there_are_data_which_i_cannot_see drop
timestamp-end timestamp_end drop
timestamp-first-deployed-location timestamp_first_deployed_location drop
timestamp-last-deployed-location timestamp_last_deployed_location drop
timestamp-of-first-deployed-location timestamp_of_first_deployed_location drop
timestamp-of-last-deployed-location timestamp_of_last_deployed_location drop
timestamp-start timestamp_start drop
id id drop
beacon:frequency beacon_frequency float MHz
manufacturer-name manufacturer_name drop
model model drop
serial_no serial_no drop
tag-battery-voltage tag_battery_voltage drop
tag-beacon-frequency tag_beacon_frequency drop MHz
tag-calibration tag_calibration drop
tag-comments tag_comments drop
tag-failure-comments tag_failure_comments drop
tag-firmware tag_firmware drop
tag-id tag_id tag
tag-local-identifier tag_local_identifier tag
tag-manufacturer-name tag_manufacturer_name drop
tag-mass tag_mass drop g
tag-mass-total tag_mass_total drop g
tag-model tag_model drop
tag-production-date tag_production_date drop
tag-readout-method tag_readout_method drop
tag-retrieval-date tag_retrieval_date drop
tag-serial-no tag_serial_no drop
tag-settings tag_settings drop
`;
