"""People search: words of any length, with filters, in the words of every version.

`text`, `simplified` ─▶ `index`; `query` (with `numerals`) ─▶ `plan` (with `filters`) ─▶ `searching`, `ranking`,
`snippets`.
"""
