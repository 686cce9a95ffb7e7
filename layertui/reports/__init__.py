"""What was found out about an image, one module a format."""
