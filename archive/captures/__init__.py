"""A visit comes in: bytes as they were received, each capture chained onto the one before.

`capture` (as a value) ─▶ `packing`, `dictionaries`, `bodies` ─▶ `headers` ─▶ `ledger` ─▶ `captures`, `pages`; `records`
(whole captures out again); `visits` (of whole sites), `known` (what is known of their pages).
"""
