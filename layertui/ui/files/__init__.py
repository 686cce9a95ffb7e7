"""The files on the main screen: trees, their columns and their filter."""
