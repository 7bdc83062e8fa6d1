"""Which articles tell of one event: their terms, how alike these make them, and the stories that follow from that."""
