"""Alerts: what happened, told to those who asked for it, once.

The route, in order:

* `errors`; `rules` (what `alerts.toml` asks for), `phrases` and `plain` (what messages say, and how nothing in it is
  more than text)
* `events`: what can be told ─▶ `changes`, `sources`, `judged` (from the change log, from visits, from findings and the
  calendar) ─▶ `gathering` (all of it), `choosing` (what a rule asks for)
* `messages` (what is written) ─▶ `addresses` (where it goes, through Apprise) ─▶ `notifying` (once, whatever ends it)
"""
