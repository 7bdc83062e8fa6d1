"""Turns captures into articles and inspection reports, each page in a worker process. Knows no network and no Prefect."""
