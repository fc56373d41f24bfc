"""RestSpectra -> Encodings. The only folder that imports torch."""
