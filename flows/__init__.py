"""The sentences: Prefect flows, the command line and the settings; they say when and in what order."""
