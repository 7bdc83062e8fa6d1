"""Imported by the process that workers are forked from: loads what readers load at their first page, for all of them.

The language model alone takes as long as thirty pages, and workers are replaced every thousand. What is loaded is
frozen, so that collecting garbage neither looks through all of it again and again nor copies it into each worker.
Garbage that refers to itself is rare in reading: it is collected every few pages instead of hundreds of times a page,
which takes a fifteenth of a reader's time.
"""

import gc

import py3langid
from lxml.html import document_fromstring

import tasks.reading.capture  # noqa: F401 - for what it imports
from tasks.reading.body import read_with_trafilatura
from tasks.reading.forest import FIRST_FOREST, SECOND_FOREST, load_forest

py3langid.classify("")
for forest in (FIRST_FOREST, SECOND_FOREST):
    load_forest(forest)
# A page without text takes trafilatura through all that it falls back on, which loads the words of a hundred languages.
read_with_trafilatura(document_fromstring("<p>Read</p>"))
gc.set_threshold(50_000)
gc.freeze()
