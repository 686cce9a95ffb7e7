"""Versions of a path, two of them beside one another, and what is shipped and not shown."""
