"""The plain ways that the package's own methods are measured against."""
