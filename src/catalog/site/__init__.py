"""DuckDB -> website: the catalogue file is all that it reads."""
