INSERT INTO ids (key, division, district, agency_key, year, given_at)
SELECT key, reports.division, reports.district, agency_key, year, min(first_seen)
FROM reports JOIN versions ON versions.report_id = reports.id GROUP BY reports.id;

DROP VIEW figures_now;
DROP VIEW reports_now;
DROP VIEW cells;
DROP TABLE search_words;
DROP TABLE findings;
DROP TABLE changes;
DROP TABLE figures;
DROP TABLE sightings;
DROP TABLE versions;
DROP TABLE locations;
DROP TABLE reports;
DROP TABLE old_captures;

CREATE UNIQUE INDEX runs_uid ON runs (uid);

CREATE TRIGGER captures_are_not_replaced BEFORE INSERT ON captures
WHEN EXISTS (SELECT 1 FROM captures WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'captures are append-only'); END;
CREATE TRIGGER captures_are_not_edited BEFORE UPDATE ON captures
BEGIN SELECT RAISE(ABORT, 'captures are append-only'); END;
CREATE TRIGGER captures_are_not_deleted BEFORE DELETE ON captures
BEGIN SELECT RAISE(ABORT, 'captures are append-only'); END;
CREATE TRIGGER ledger_is_not_replaced BEFORE INSERT ON ledger
WHEN EXISTS (SELECT 1 FROM ledger WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_is_not_edited BEFORE UPDATE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_is_not_deleted BEFORE DELETE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

-- One agency's report for one year. `agency_key` is the agency's name without its district and its suffix;
-- `division` is the site's code, or its name where it has none; `district` is empty where nothing says it.
-- `page_id` tells its history; `is_stale` while captures of it are not worked into that yet.
CREATE TABLE reports (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  division TEXT NOT NULL,
  district TEXT NOT NULL,
  agency_key TEXT NOT NULL,
  year INTEGER NOT NULL,
  page_id INTEGER NOT NULL REFERENCES pages (id),
  status TEXT NOT NULL DEFAULT 'current' CHECK (status IN ('current', 'withdrawn')),
  is_stale INTEGER NOT NULL DEFAULT 0 CHECK (is_stale IN (0, 1)),
  UNIQUE (division, district, agency_key, year)
) STRICT;
CREATE INDEX reports_agency ON reports (agency_key, year);
CREATE INDEX reports_page ON reports (page_id);
CREATE INDEX reports_stale ON reports (is_stale) WHERE is_stale = 1;

-- Every page at which a report was met, and what it last showed of it; `is_present` while nothing says that it is gone.
CREATE TABLE locations (
  report_id INTEGER NOT NULL REFERENCES reports (id),
  page_id INTEGER NOT NULL REFERENCES pages (id),
  first_seen TEXT NOT NULL,
  last_seen TEXT NOT NULL,
  body_id INTEGER REFERENCES bodies (id),
  is_present INTEGER NOT NULL DEFAULT 1 CHECK (is_present IN (0, 1)),
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

-- What a good capture of a report or attachment was read as. `report_id` is the report that it shows, `version_id` the
-- version where it says the same; `note` says why it was not filed, or what is odd about it.
CREATE TABLE sightings (
  capture_id INTEGER PRIMARY KEY REFERENCES captures (id),
  reading_id INTEGER NOT NULL REFERENCES readings (id),
  identity_id INTEGER REFERENCES identities (id),
  report_id INTEGER,
  version_id INTEGER,
  note TEXT
) STRICT;

INSERT INTO sightings (capture_id, reading_id, identity_id) SELECT capture_id, reading_id, identity_id FROM kept_sightings;
DROP TABLE kept_sightings;

-- What was known of a report from one moment to the next: one row for each version, address (`url`: the page's, or where it
-- leads) and status, without a gap.
CREATE TABLE states (
  report_id INTEGER NOT NULL REFERENCES reports (id),
  known_from TEXT NOT NULL,
  known_until TEXT,
  version_id INTEGER NOT NULL REFERENCES versions (id),
  page_id INTEGER NOT NULL REFERENCES pages (id),
  url TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('current', 'withdrawn')),
  PRIMARY KEY (report_id, known_from)
) STRICT, WITHOUT ROWID;
CREATE INDEX states_now ON states (report_id) WHERE known_until IS NULL;

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

-- `page_id` told the report until then, at the address `url`; `new_url` tells it from then on, where it moved. `capture_id` shows the change,
-- `previous_capture_id` what was before.
CREATE TABLE changes (
  id INTEGER PRIMARY KEY,
  report_id INTEGER NOT NULL REFERENCES reports (id),
  kind TEXT NOT NULL CHECK (kind IN ('new', 'figures', 'text', 'moved', 'withdrawn', 'restored')),
  seen_at TEXT NOT NULL,
  version_id INTEGER NOT NULL REFERENCES versions (id),
  page_id INTEGER NOT NULL REFERENCES pages (id),
  url TEXT NOT NULL,
  capture_id INTEGER NOT NULL REFERENCES captures (id),
  previous_capture_id INTEGER REFERENCES captures (id),
  new_url TEXT,
  cells TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE INDEX changes_report ON changes (report_id);
CREATE INDEX changes_seen ON changes (seen_at);

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

-- The figures of every version, as people read them.
CREATE VIEW cells AS
SELECT version_id, "table", "row", "column", raw, value, unit, status, at
FROM figures JOIN cell_names ON cell_names.id = figures.cell_name_id;

-- What was known of the reports and when: as of a moment is `known_from <= moment AND coalesce(known_until, '9') > moment`.
CREATE VIEW reports_over_time AS
SELECT reports.key AS report, reports.year, versions.agency, versions.district, reports.division, versions.title,
       versions.form, versions.published, versions.number AS version, states.status, states.known_from,
       states.known_until, states.url, sites.name AS site, versions.id AS version_id, reports.id AS report_id,
       states.page_id
FROM states
JOIN reports ON reports.id = states.report_id
JOIN versions ON versions.id = states.version_id
JOIN pages ON pages.id = states.page_id
JOIN sites ON sites.id = pages.site_id;

CREATE VIEW figures_over_time AS
SELECT report, year, agency, district, version, "table", "row", "column", raw, value, unit, cells.status, at,
       known_from, known_until
FROM reports_over_time JOIN cells ON cells.version_id = reports_over_time.version_id;

-- The reports as they are known now, the withdrawn among them.
CREATE VIEW reports_now AS
SELECT report, reports_over_time.year, agency, reports_over_time.district, reports_over_time.division, title, form,
       published, version, reports_over_time.status,
       (SELECT min(known_from) FROM states WHERE states.report_id = reports_over_time.report_id) AS first_seen,
       (SELECT max(last_seen) FROM locations WHERE locations.report_id = reports_over_time.report_id) AS last_seen,
       url, site, version_id, report_id
FROM reports_over_time WHERE known_until IS NULL;

CREATE VIEW figures_now AS
SELECT report, year, agency, district, "table", "row", "column", raw, value, unit, cells.status, at
FROM reports_now JOIN cells ON cells.version_id = reports_now.version_id;

-- The visits as people read them, headers and facts whole.
CREATE VIEW captures_whole AS
SELECT captures.id, sites.name AS site, pages.url, pages.kind, fetched_at, captures.status, failure,
       (SELECT json_group_array(json_array(header.value -> '$[0]',
          json(CASE json_type(header.value, '$[1]')
            WHEN 'integer' THEN header_values -> ('$[' || (header.value -> '$[1]') || ']')
            ELSE header.value -> '$[1]'
          END))) FROM json_each(shape) AS header) AS headers,
       bodies.sha256, bodies.size, final_url, facts.facts, runs.started_at AS run_started_at, runs.command
FROM captures
JOIN pages ON pages.id = captures.page_id
JOIN sites ON sites.id = pages.site_id
JOIN runs ON runs.id = captures.run_id
JOIN header_shapes ON header_shapes.id = captures.shape_id
LEFT JOIN bodies ON bodies.id = captures.body_id
LEFT JOIN facts ON facts.id = captures.facts_id;

INSERT INTO properties (name, value) VALUES ('id', lower(hex(randomblob(16)))), ('stale', '1');
