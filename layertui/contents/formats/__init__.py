"""What the first bytes of files of many formats tell; each module knows a few of them."""
