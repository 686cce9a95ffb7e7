"""The documents an image is made of, as values; no input or output here."""
