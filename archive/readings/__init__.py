"""A parser has read it: what waits, whose report it is, what was read.

`unread` (what waits) ─▶ `reading` ─▶ `documents` ─▶ `naming`, `identifying` (whose report it is) ─▶ `readings` (kept
once) ─▶ `filing`; `refiling` (all of it anew), `rereading` (by a newer parser).
"""
