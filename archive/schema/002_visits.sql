-- How a capture came about, as a JSON object; covered by `chain` where there is one.
ALTER TABLE captures ADD COLUMN facts TEXT;

-- What one crawl saw, and of it what stood on one page.
CREATE INDEX captures_run ON captures (run_id, page_id);

-- One crawl of one site, by a command or by several of which each but the last was interrupted; all its captures
-- carry `run_id`. What came of it is NULL until it is done; `failed` is a list of {"url", "reason"}, `notes` of texts.
CREATE TABLE visits (
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES runs (id),
  site_id INTEGER NOT NULL REFERENCES sites (id),
  mode TEXT NOT NULL CHECK (mode IN ('full', 'light')),
  started_at TEXT NOT NULL,
  ended_at TEXT,
  requests INTEGER,
  captures INTEGER,
  reports INTEGER,
  new INTEGER,
  changed INTEGER,
  failed TEXT,
  complete INTEGER CHECK (complete IN (0, 1)),
  notes TEXT,
  UNIQUE (site_id, run_id),
  CHECK ((ended_at IS NULL) = (complete IS NULL))
) STRICT;

-- What the captures of a page add up to, so that nobody has to read them all: the bytes that stand there now, the last
-- visit that brought or confirmed bytes, the first in a row that brought the present ones, the failures since then.
ALTER TABLE pages ADD COLUMN present_body_id INTEGER REFERENCES bodies (id);
ALTER TABLE pages ADD COLUMN last_good TEXT;
ALTER TABLE pages ADD COLUMN last_changed TEXT;
ALTER TABLE pages ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
UPDATE pages SET (present_body_id, last_good) = (
  SELECT body_id, fetched_at FROM captures
  WHERE page_id = pages.id AND failure IS NULL AND body_id IS NOT NULL ORDER BY id DESC LIMIT 1
);
UPDATE pages SET last_changed = (
  SELECT fetched_at FROM captures
  WHERE page_id = pages.id AND failure IS NULL AND body_id = pages.present_body_id AND id > (
    SELECT coalesce(max(id), 0) FROM captures
    WHERE page_id = pages.id AND failure IS NULL AND body_id <> pages.present_body_id
  ) ORDER BY id LIMIT 1
), failures = (
  SELECT count(*) FROM captures
  WHERE page_id = pages.id AND failure IS NOT NULL AND id > (
    SELECT coalesce(max(id), 0) FROM captures
    WHERE page_id = pages.id AND failure IS NULL AND body_id IS NOT NULL
  )
);
