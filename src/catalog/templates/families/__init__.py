"""Families of templates. One per file; each defines one `FAMILY`."""
