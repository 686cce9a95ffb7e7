"""What the filesystem tells about an image."""
