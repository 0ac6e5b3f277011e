"""Archives joined, and captures taken in from elsewhere.

`places`, `imports`; `sources`, `union`, `union_places`, `union_captures`, `union_readings`, `union_reviews`
─▶ `merging`.
"""
