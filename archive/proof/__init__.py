"""Is it whole, and proof of it for a stranger.

`checking`, `checks_of_file`, `checks_of_evidence`, `checks_of_worked_out`, `checks_of_search`, `checks_of_readings`,
`checks_of_reviews` ─▶ `verifying`; `evidence` (one figure with all that leads to it).
"""
