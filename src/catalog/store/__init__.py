"""The catalogue file: its schema, how it is written, read and exported."""
