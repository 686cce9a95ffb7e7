"""What can be learnt from an image: whose the bytes are, what is left over, what to change."""
