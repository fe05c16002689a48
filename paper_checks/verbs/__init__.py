"""One verb of the command a file: each has ``run`` with typed options, returns an exit code, imports heavily inside."""
