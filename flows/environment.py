"""What Prefect reads from the environment: it must stand there before Prefect is imported for the first time."""

import os

DEFAULTS = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    # A busy machine needs longer than the 20 s that Prefect gives its own server.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    # Without these the server drops events that are still queued when a run ends.
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
}


def prepare_environment(*, is_quiet: bool) -> None:
    """Sets what is not set; a quiet run leaves the terminal to its own progress bars."""
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    if is_quiet:
        os.environ.setdefault("PREFECT_LOGGING_LEVEL", "ERROR")
        os.environ.setdefault("PREFECT_SERVER_LOGGING_LEVEL", "ERROR")
        # The temporary server tells of a database that was too busy for a moment as of an error, over pages. What keeps
        # it from starting is told by another logger.
        os.environ.setdefault("PREFECT_LOGGING_LOGGERS_PREFECT_SERVER_LEVEL", "CRITICAL")
