"""WARC files, out and in.

`records`, `writing`, `export`; `source`, `reading`.
"""
