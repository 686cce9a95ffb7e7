"""One layer blob and its index."""
