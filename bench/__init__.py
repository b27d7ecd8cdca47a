"""Measures against physical limits, one file a measure: JSON lines and a table. `SIZE=XS|S ./run bench [names]`."""
