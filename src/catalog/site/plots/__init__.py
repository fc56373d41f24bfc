"""Data in, figure out: inline SVG for every page, and the templates of the interactive plots."""
