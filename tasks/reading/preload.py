"""Imported by the process that workers are forked from: loads what readers load at their first page, for all of them.

The language model alone takes as long as thirty pages, and workers are replaced every few hundred.
"""

import py3langid

import tasks.reading.capture  # noqa: F401 - for what it imports
from tasks.reading.forest import load_forest

py3langid.classify("")
load_forest("lines")
load_forest("readings")
