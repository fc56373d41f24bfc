"""Where the network can run on this machine."""

import torch


def best() -> str:
    """Name the fastest device that is here: cuda, mps, or cpu."""
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"
