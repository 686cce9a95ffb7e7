"""What a team asks of its images, and whether an image keeps to it."""
