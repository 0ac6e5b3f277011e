-- What no crawl can bring back (sites to sightings) is apart from what is worked out from it (reports to search_words):
-- the second part is emptied here and worked out anew, as it is after `import` and `merge`.

-- What the archive says of itself. `id`: its name, drawn when it was made. `stale`: there while what is worked out from
-- the captures has to be worked out anew.
CREATE TABLE properties (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- When a report that is gone counts as withdrawn: after so many good visits without it, over so many days; NULL is 14, 3.
ALTER TABLE sites ADD COLUMN withdrawn_after_days INTEGER;
ALTER TABLE sites ADD COLUMN withdrawn_after_visits INTEGER;

-- `uid` is the run's name in every archive that holds it; those of crawls sort by the moment at which they began.
ALTER TABLE runs ADD COLUMN uid TEXT NOT NULL DEFAULT '';

ALTER TABLE visits ADD COLUMN withdrawn INTEGER;

-- Dictionaries of Zstandard, trained on the archive's own pages by `gongkai compact`.
CREATE TABLE dictionaries (
  id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE,
  trained_at TEXT NOT NULL,
  data BLOB NOT NULL
) STRICT;

-- A body of codec zstd is packed alone, with a dictionary, or against the bytes of another body (never of one that is
-- packed against another itself): `base_id` is then the prefix of its frame.
ALTER TABLE bodies ADD COLUMN base_id INTEGER REFERENCES bodies (id);
ALTER TABLE bodies ADD COLUMN dictionary_id INTEGER REFERENCES dictionaries (id);
CREATE INDEX bodies_base ON bodies (base_id) WHERE base_id IS NOT NULL;

-- Headers that many answers share: a JSON list of [name, value]; a value that is a number is that one of
-- `captures.header_values`, counted from 0.
CREATE TABLE header_shapes (
  id INTEGER PRIMARY KEY,
  shape TEXT NOT NULL UNIQUE
) STRICT;

-- How captures came about, as a JSON object; the same is kept once.
CREATE TABLE facts (
  id INTEGER PRIMARY KEY,
  facts TEXT NOT NULL UNIQUE
) STRICT;

DROP TRIGGER IF EXISTS captures_are_not_replaced;
DROP TRIGGER IF EXISTS captures_are_not_edited;
DROP TRIGGER IF EXISTS captures_are_not_deleted;
DROP INDEX captures_page;
DROP INDEX captures_run;
ALTER TABLE captures RENAME TO old_captures;

-- One visit to one URL. Append-only, and each hashed onto the one before by `ledger`.
-- A 304 carries the body that it confirms; a failure carries none.
CREATE TABLE captures (
  id INTEGER PRIMARY KEY,
  page_id INTEGER NOT NULL REFERENCES pages (id),
  run_id INTEGER NOT NULL REFERENCES runs (id),
  fetched_at TEXT NOT NULL,
  status INTEGER,
  failure TEXT,
  shape_id INTEGER NOT NULL REFERENCES header_shapes (id),
  header_values TEXT,
  body_id INTEGER REFERENCES bodies (id),
  final_url TEXT,
  facts_id INTEGER REFERENCES facts (id)
) STRICT;
CREATE INDEX captures_page ON captures (page_id);
CREATE INDEX captures_run ON captures (run_id, page_id);
CREATE INDEX captures_body ON captures (body_id) WHERE body_id IS NOT NULL AND status IS NOT 304;

-- `link` is the SHA-256 of the link of `previous_id` ("" where that is NULL) and the digest of the capture, both in
-- hexadecimal; the digest is the SHA-256 of a JSON list of all that the visit was (docs/schema.md). A link that was
-- once noted elsewhere proves all that came before it. Archives that are merged keep their ledgers side by side.
CREATE TABLE ledger (
  id INTEGER PRIMARY KEY,
  capture_id INTEGER NOT NULL REFERENCES captures (id),
  previous_id INTEGER REFERENCES ledger (id),
  link TEXT NOT NULL
) STRICT;

-- What a document says, without its surroundings: two hashes decide whether it changed. `quality` is how much it holds.
ALTER TABLE documents ADD COLUMN figures_hash TEXT;
ALTER TABLE documents ADD COLUMN words_hash TEXT;
ALTER TABLE documents ADD COLUMN quality INTEGER NOT NULL DEFAULT 0;

-- Of the readings of a body, the accepted one of the newest parser stands. One that reads other figures than the one
-- before it, where that said `reported`, is kept aside (0) until a person accepts it.
ALTER TABLE readings ADD COLUMN accepted INTEGER NOT NULL DEFAULT 1 CHECK (accepted IN (0, 1));
CREATE INDEX readings_kept_aside ON readings (body_id) WHERE accepted = 0;

-- The ids that reports were given, and as what: one that was cited is found again, and is never another's.
CREATE TABLE ids (
  key TEXT NOT NULL,
  division TEXT NOT NULL,
  district TEXT NOT NULL,
  agency_key TEXT NOT NULL,
  year INTEGER NOT NULL,
  given_at TEXT NOT NULL,
  PRIMARY KEY (key, division, district, agency_key, year)
) STRICT, WITHOUT ROWID;
CREATE INDEX ids_agency ON ids (agency_key, year);

-- Whose report of which year a page was taken for, and the date of publication that the page before it gave.
CREATE TABLE identities (
  id INTEGER PRIMARY KEY,
  agency TEXT,
  district TEXT,
  year INTEGER,
  published TEXT
) STRICT;
CREATE UNIQUE INDEX identities_whole
ON identities (ifnull(agency, ''), ifnull(district, ''), ifnull(year, 0), ifnull(published, ''));
