"""What a careful user of Python writes today, after the client's own examples: csv,
Points and a batching write API of influxdb-client, with the tags, fields, types and
times that `skein load` gives the same file, in its batches of 5,000 lines, with gzip.

    python3 python_client.py FILE URL ORG BUCKET, with INFLUX_TOKEN set
"""

import csv
import os
import sys
from datetime import datetime, timezone

from influxdb_client import InfluxDBClient, Point, WriteOptions, WritePrecision

TAGS = {
    "sensor-type": "sensor_type",
    "individual-taxon-canonical-name": "individual_taxon_canonical_name",
    "tag-local-identifier": "tag_local_identifier",
    "individual-local-identifier": "individual_local_identifier",
    "study-name": "study_name",
}
FIELDS = {
    "event-id": ("event_id", int),
    "visible": ("visible", lambda text: text == "true"),
    "location-long": ("lon", float),
    "location-lat": ("lat", float),
    "external-temperature": ("external_temperature", float),
    "ground-speed": ("ground_speed", float),
    "heading": ("heading", float),
    "height-above-ellipsoid": ("height_above_ellipsoid", float),
    "gps:satellite-count": ("gps_satellite_count", int),
    "manually-marked-outlier": ("manually_marked_outlier", lambda text: text == "true"),
}


def point_of(row):
    time = datetime.fromisoformat(row["timestamp"]).replace(tzinfo=timezone.utc)
    point = Point("movebank").time(time, WritePrecision.MS)
    for column, key in TAGS.items():
        if row[column]:
            point.tag(key, row[column])
    for column, (key, read) in FIELDS.items():
        if row[column]:
            point.field(key, read(row[column]))
    return point


def stop(_batch, _data, error):
    print(error, file=sys.stderr)
    os._exit(1)


file, url, org, bucket = sys.argv[1:]
options = WriteOptions(batch_size=5_000, flush_interval=10_000)
with InfluxDBClient(url=url, token=os.environ["INFLUX_TOKEN"], org=org, enable_gzip=True) as client:
    with client.write_api(write_options=options, error_callback=stop) as write_api:
        with open(file, newline="", encoding="utf-8") as rows:
            for row in csv.DictReader(rows):
                write_api.write(bucket=bucket, record=point_of(row), write_precision=WritePrecision.MS)
