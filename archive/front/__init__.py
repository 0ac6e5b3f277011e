"""The front door: one class in sides over the file that is open.

`opened` (what all sides share) ◀─ `crawling`, `filing`, `asking`, `judging`; `archive.archive` joins them.
"""
