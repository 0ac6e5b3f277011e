"""The archive in a browser: Datasette with pages of our own.

In the order of a request:

* `serving` puts the archive, Datasette and the plugin together and listens; `guarding` is what stands around every
  answer: which hosts are answered, what a page may load, and CSV that no program runs (`spreadsheets`)
* `plugin` joins Datasette and the pages: `routes` says which page answers an address, `readers` lends it an archive
* `exchange`: what a page is asked (`Ask`) and what it gives back (`Page`, `Download`, `Redirect`); pages know nothing
  of HTTP, Datasette or threads
* `pages/`: one module a kind of page; `tables`, `moments`, `downloads`, `leading` and `entries` ─▶ `feeds` are what
  several need; `templates/` and `static/` how they look, `shown` how values do; `words` what they say, in two languages
* `captured` ─▶ `finding`, `lighting`, `sanitizing`, `reading_view`: the archived page, so that nothing in it can run or
  call out, with a figure lit
* `pictured` (which charts) ─▶ `charts`, `chart_frame`: figures as SVG
"""
