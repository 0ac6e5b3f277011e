CREATE TABLE sites (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  title TEXT,
  division TEXT,
  added_at TEXT NOT NULL
) STRICT;

CREATE TABLE pages (
  id INTEGER PRIMARY KEY,
  site_id INTEGER NOT NULL REFERENCES sites (id),
  url TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('home', 'column', 'list', 'report', 'attachment')),
  found_on TEXT,
  link_text TEXT,
  first_seen TEXT NOT NULL,
  UNIQUE (site_id, url)
) STRICT;
CREATE INDEX pages_url ON pages (url);
CREATE INDEX pages_found_on ON pages (found_on);

CREATE TABLE bodies (
  id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE,
  size INTEGER NOT NULL,
  codec TEXT NOT NULL CHECK (codec IN ('raw', 'zstd')),
  data BLOB NOT NULL
) STRICT;

CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  started_at TEXT NOT NULL,
  command TEXT NOT NULL
) STRICT;

-- One visit to one URL. Append-only; `chain` hashes the row onto the one before, so that a later edit shows.
-- A 304 carries the body that it confirms; a failure carries none.
CREATE TABLE captures (
  id INTEGER PRIMARY KEY,
  page_id INTEGER NOT NULL REFERENCES pages (id),
  run_id INTEGER NOT NULL REFERENCES runs (id),
  fetched_at TEXT NOT NULL,
  status INTEGER,
  failure TEXT,
  headers TEXT NOT NULL,
  body_id INTEGER REFERENCES bodies (id),
  final_url TEXT,
  etag TEXT,
  last_modified TEXT,
  chain TEXT NOT NULL
) STRICT;
CREATE INDEX captures_page ON captures (page_id, id);
CREATE TRIGGER captures_are_not_replaced BEFORE INSERT ON captures
WHEN EXISTS (SELECT 1 FROM captures WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'captures are append-only'); END;
CREATE TRIGGER captures_are_not_edited BEFORE UPDATE ON captures
BEGIN SELECT RAISE(ABORT, 'captures are append-only'); END;
CREATE TRIGGER captures_are_not_deleted BEFORE DELETE ON captures
BEGIN SELECT RAISE(ABORT, 'captures are append-only'); END;

-- What a parser made of a body, as the JSON of the parsed report; the same outcome is kept once.
CREATE TABLE documents (
  id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE,
  codec TEXT NOT NULL CHECK (codec IN ('raw', 'zstd')),
  data BLOB NOT NULL
) STRICT;

CREATE TABLE readings (
  id INTEGER PRIMARY KEY,
  body_id INTEGER NOT NULL REFERENCES bodies (id),
  parser TEXT NOT NULL,
  read_at TEXT NOT NULL,
  kind TEXT CHECK (kind IN ('annual_report', 'other')),
  form TEXT,
  document_id INTEGER REFERENCES documents (id),
  error TEXT,
  UNIQUE (body_id, parser),
  CHECK ((document_id IS NULL) = (error IS NOT NULL))
) STRICT;

-- One agency's report for one year. `agency_key` is the agency's name without its district and its suffix;
-- `division` is the site's code, or its name where it has none; `district` is empty where nothing says it.
CREATE TABLE reports (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  division TEXT NOT NULL,
  district TEXT NOT NULL,
  agency_key TEXT NOT NULL,
  year INTEGER NOT NULL,
  page_id INTEGER NOT NULL REFERENCES pages (id),
  UNIQUE (division, district, agency_key, year)
) STRICT;
CREATE INDEX reports_agency ON reports (agency_key, year);
CREATE INDEX reports_page ON reports (page_id);

-- Every page at which a report was met; the one that `reports.page_id` names is the one whose history is told.
CREATE TABLE locations (
  report_id INTEGER NOT NULL REFERENCES reports (id),
  page_id INTEGER NOT NULL REFERENCES pages (id),
  first_seen TEXT NOT NULL,
  last_seen TEXT NOT NULL,
  quality INTEGER NOT NULL,
  PRIMARY KEY (report_id, page_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX locations_page ON locations (page_id);

-- A report's content while it stayed the same.
CREATE TABLE versions (
  id INTEGER PRIMARY KEY,
  report_id INTEGER NOT NULL REFERENCES reports (id),
  number INTEGER NOT NULL,
  reading_id INTEGER NOT NULL REFERENCES readings (id),
  capture_id INTEGER NOT NULL REFERENCES captures (id),
  first_seen TEXT NOT NULL,
  last_seen TEXT NOT NULL,
  title TEXT,
  agency TEXT,
  district TEXT,
  form TEXT,
  published TEXT,
  figures_hash TEXT NOT NULL,
  words_hash TEXT NOT NULL,
  UNIQUE (report_id, number)
) STRICT;

-- Which version each capture of a report showed; NULL where it showed no report. `note` says why it was not filed.
CREATE TABLE sightings (
  capture_id INTEGER PRIMARY KEY REFERENCES captures (id),
  reading_id INTEGER NOT NULL REFERENCES readings (id),
  version_id INTEGER REFERENCES versions (id),
  note TEXT
) STRICT;

CREATE TABLE cell_names (
  id INTEGER PRIMARY KEY,
  "table" TEXT NOT NULL,
  "row" TEXT NOT NULL,
  "column" TEXT NOT NULL,
  UNIQUE ("table", "row", "column")
) STRICT;

-- `value` is ANY because STRICT has no type that keeps 5 and 5.5 apart as they are printed.
CREATE TABLE figures (
  version_id INTEGER NOT NULL REFERENCES versions (id),
  cell_name_id INTEGER NOT NULL REFERENCES cell_names (id),
  raw TEXT NOT NULL,
  value ANY CHECK (typeof(value) IN ('null', 'integer', 'real')),
  unit TEXT,
  status TEXT NOT NULL CHECK (status IN ('reported', 'blank', 'inferred', 'ambiguous', 'missing')),
  at TEXT,
  PRIMARY KEY (version_id, cell_name_id)
) STRICT, WITHOUT ROWID;

-- The figures as people read them.
CREATE VIEW cells AS
SELECT version_id, "table", "row", "column", raw, value, unit, status, at
FROM figures JOIN cell_names ON cell_names.id = figures.cell_name_id;

CREATE TABLE changes (
  id INTEGER PRIMARY KEY,
  report_id INTEGER NOT NULL REFERENCES reports (id),
  kind TEXT NOT NULL CHECK (kind IN ('new', 'figures', 'text', 'moved', 'withdrawn', 'restored')),
  seen_at TEXT NOT NULL,
  version_id INTEGER NOT NULL REFERENCES versions (id),
  capture_id INTEGER NOT NULL REFERENCES captures (id),
  previous_capture_id INTEGER REFERENCES captures (id),
  new_url TEXT,
  cells TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE INDEX changes_report ON changes (report_id);

CREATE TABLE findings (
  id INTEGER PRIMARY KEY,
  version_id INTEGER NOT NULL REFERENCES versions (id),
  rule TEXT NOT NULL,
  place TEXT NOT NULL,
  left_sum ANY,
  right_sum ANY,
  text TEXT NOT NULL,
  UNIQUE (version_id, rule, place)
) STRICT;

-- Overlapping pairs of characters, so that words of any length are found; rowid is the version.
CREATE VIRTUAL TABLE search_words USING fts5 (words, content = '', tokenize = 'unicode61');

CREATE VIEW reports_now AS
SELECT reports.key AS report, reports.year, versions.agency, versions.district, reports.division, versions.title,
       versions.form, versions.published, versions.number AS version, versions.first_seen, versions.last_seen,
       pages.url, sites.name AS site, versions.id AS version_id, reports.id AS report_id
FROM reports
JOIN versions ON versions.report_id = reports.id
 AND versions.number = (SELECT max(number) FROM versions AS newest WHERE newest.report_id = reports.id)
JOIN pages ON pages.id = reports.page_id
JOIN sites ON sites.id = pages.site_id;

CREATE VIEW figures_now AS
SELECT report, year, agency, district, "table", "row", "column", raw, value, unit, cells.status, at
FROM reports_now JOIN cells ON cells.version_id = reports_now.version_id;
