"""People ask: reports, changes, figures, and who was there when.

`queries`, answered with `answers`; `figures_of_reports` (cells of many, and of two years); `tidy` (all figures,
streamed); `presences`, `absences` (when a report was there, and the looks that did not find it); `facts_of_reports`
─▶ `agencies`, `coverage` ─▶ `summaries`, answered with `pictures`; `sample_queries`.
"""
