"""What papers say: the command line, the report, and one folder a paper."""
