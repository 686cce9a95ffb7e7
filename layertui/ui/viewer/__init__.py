"""What the viewer shows: the lines of a file, and what is told above them."""
