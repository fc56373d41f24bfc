"""The data of the interactive map: every scored spectrum as packed points, or counts in tiles."""
