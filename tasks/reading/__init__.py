"""Turns captures into articles and inspection reports, in worker processes. Knows no network and no Prefect."""
