"""The nouns of the archive and where they lie: records, schemas, layout, tables and WARC files. Knows no network."""
