"""The file: its transactions, its migrations, how it is opened and locked.

`database` ─▶ `migrations` (of `archive/schema/`) ─▶ `connection`.
"""
