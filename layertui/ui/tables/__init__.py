"""What tables are made of: columns, and rows in an order."""
