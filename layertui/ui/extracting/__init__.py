"""Taking files, and earlier states, out of an image: what the dialogs are asked for and say."""
