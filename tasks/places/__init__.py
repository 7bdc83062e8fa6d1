"""The gazetteer: local authorities of the United Kingdom, past and present, with their codes, names and successors."""
