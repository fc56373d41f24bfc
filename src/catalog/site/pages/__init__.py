"""One page type per file; each defines one `PAGE`."""
