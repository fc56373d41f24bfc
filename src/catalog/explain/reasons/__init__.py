"""The reason tests: one per module, each defines one `REASON`.

A new reason is a module here and an entry in `categories.toml`.
"""
