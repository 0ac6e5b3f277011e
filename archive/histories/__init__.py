"""Histories are told: what the pages of a report showed becomes versions and changes.

`looks` (what was shown) ─▶ `compare`, `history`, `histories` (a pure fold) ─▶ `told` (its rows) ─▶ `telling`,
`versions`; `version_sources` (what each version was read from).
"""
