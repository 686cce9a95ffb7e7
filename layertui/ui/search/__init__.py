"""Searching in the contents of files on the screen."""
