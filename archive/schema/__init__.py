"""The statements of each migration, and what must be computed between them."""
