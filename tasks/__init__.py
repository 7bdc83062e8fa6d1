"""The verbs: what is done to a source, an address, a page and a table. Knows no Prefect."""
