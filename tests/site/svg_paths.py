"""Reads what the site draws back: paths of absolute moves and relative steps."""

import re

import numpy as np


def runs(path):
    """Points (n, 2) of each unbroken run of a path."""
    found = []
    for run in filter(None, path.split("M")):
        numbers = [float(each) for each in re.findall(r"-?(?:\d*\.\d+|\d+)", run)]
        found.append(np.cumsum(np.reshape(numbers, (-1, 2)), axis=0))
    return found
