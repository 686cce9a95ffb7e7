"""The layers on the main screen: what is known of them, and how it is told."""
