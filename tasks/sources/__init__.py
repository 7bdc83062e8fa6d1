"""The sources: one TOML file each, with the model that checks them and the loader that reads them."""
