"""People judge and are told: verdicts, reports whose words are alike, alerts.

`review` (as a value) ─▶ `reviews`; `resemblances`; `alerts` (what was told to whom).
"""
