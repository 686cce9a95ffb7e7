"""What is told of wasted bytes."""
