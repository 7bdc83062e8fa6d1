"""Reads PDFs as the public scrapers do: the text of all pages by PyPDF2, the tables of page 1 by tabula (needs Java).

python read_reports.py FILES.txt [--in-process]

`--in-process` keeps one Java machine for all files, which needs jpype1; without it tabula starts one per file, as it
does by default. Prints the seconds, without those of the imports, and what was read, as JSON.
"""

import argparse
import json
import time
from pathlib import Path

import tabula
from PyPDF2 import PdfReader


def main() -> None:
    """Parses the command line and reads."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, help="file with one path a line")
    parser.add_argument("--in-process", action="store_true")
    options = parser.parse_args()
    files = options.files.read_text(encoding="utf-8").split("\n")
    characters = tables = 0
    started = time.perf_counter()
    for file in files:
        characters += sum(len(page.extract_text()) for page in PdfReader(file).pages)
        tables += len(tabula.read_pdf(file, pages=1, silent=True, force_subprocess=not options.in_process))
    print(json.dumps({"seconds": time.perf_counter() - started, "characters": characters, "tables": tables}))


if __name__ == "__main__":
    main()
