"""Copies, and room: backups, and a smaller file with nothing dropped.

`copies`; `training` (of dictionaries), `repacking` ─▶ `compaction`.
"""
