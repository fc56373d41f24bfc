"""Formats of verdict files, one per file; which one a file has is told by its header."""
