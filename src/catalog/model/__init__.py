"""RestSpectra -> Encodings. The only folder that imports torch."""

import os

# torch's threads wait for each other in a busy loop. With another program on the same cores that
# makes training ten times slower; a short loop costs nothing when alone. Read when torch loads.
os.environ.setdefault("GOMP_SPINCOUNT", "1000")
