"""What a user prefers about the screen: theme, keys, what is kept."""
