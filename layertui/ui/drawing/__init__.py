"""Text and colours as a terminal draws them."""
