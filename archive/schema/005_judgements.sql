-- How sure a finding is (hard: it must hold; soft: it may have its reasons), whether the report prints it so or our
-- reading may be at fault, and the fewest cells that would explain it, a JSON list of
-- {"table", "row", "column", "value", "wanted"}.
ALTER TABLE findings ADD COLUMN level TEXT NOT NULL DEFAULT 'hard' CHECK (level IN ('hard', 'soft'));
ALTER TABLE findings ADD COLUMN origin TEXT NOT NULL DEFAULT 'unknown' CHECK (origin IN ('report', 'reading', 'unknown'));
ALTER TABLE findings ADD COLUMN suspects TEXT NOT NULL DEFAULT '[]';

-- What a person said of a finding (`rule` and `place`) or of a cell (`table`, `row`, `column`) of a report while it was
-- read from the bytes `sha256`: once they are others, it says nothing any more. Append-only: the last one stands, and
-- `retracted` takes back what was said. `raw`, `value` and `unit` are what should stand there, where it was corrected
-- (no value: a blank). `uid` is the SHA-256 of all that was said, so that the same is kept once wherever it comes from.
CREATE TABLE reviews (
  id INTEGER PRIMARY KEY,
  uid TEXT NOT NULL UNIQUE,
  report TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  rule TEXT,
  place TEXT,
  "table" TEXT,
  "row" TEXT,
  "column" TEXT,
  verdict TEXT NOT NULL CHECK (verdict IN ('confirmed', 'dismissed', 'corrected', 'retracted')),
  raw TEXT,
  value ANY CHECK (typeof(value) IN ('null', 'integer', 'real')),
  unit TEXT,
  note TEXT NOT NULL DEFAULT '',
  reviewer TEXT,
  reviewed_at TEXT NOT NULL,
  CHECK ((rule IS NULL) = (place IS NULL)),
  CHECK ((rule IS NULL) <> ("table" IS NULL)),
  CHECK (("table" IS NULL) = ("row" IS NULL) AND ("table" IS NULL) = ("column" IS NULL)),
  CHECK ((verdict = 'corrected') = (raw IS NOT NULL)),
  CHECK (verdict <> 'corrected' OR "table" IS NOT NULL),
  CHECK (verdict = 'corrected' OR (value IS NULL AND unit IS NULL))
) STRICT;
CREATE INDEX reviews_report ON reviews (report, sha256);
CREATE TRIGGER reviews_are_not_replaced BEFORE INSERT ON reviews
WHEN EXISTS (SELECT 1 FROM reviews WHERE id = NEW.id OR uid = NEW.uid)
BEGIN SELECT RAISE(ABORT, 'reviews are append-only'); END;
CREATE TRIGGER reviews_are_not_edited BEFORE UPDATE ON reviews
BEGIN SELECT RAISE(ABORT, 'reviews are append-only'); END;
CREATE TRIGGER reviews_are_not_deleted BEFORE DELETE ON reviews
BEGIN SELECT RAISE(ABORT, 'reviews are append-only'); END;

-- Two reports whose own words are alike, each as it was read from the bytes named; `report` is the later one. `passages`
-- is a JSON list of the passages that both hold; `detector` is the version of what compared them.
CREATE TABLE resemblances (
  report TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  other_report TEXT NOT NULL,
  other_sha256 TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('own_year', 'other_agency')),
  similarity REAL NOT NULL,
  passages TEXT NOT NULL,
  detector TEXT NOT NULL,
  found_at TEXT NOT NULL,
  PRIMARY KEY (report, sha256, other_report, other_sha256)
) STRICT, WITHOUT ROWID;
CREATE INDEX resemblances_other ON resemblances (other_report, other_sha256);

-- Reports whose words have been compared with all others, as read from these bytes; of any other nothing is known.
CREATE TABLE compared (
  report TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  detector TEXT NOT NULL,
  compared_at TEXT NOT NULL,
  PRIMARY KEY (report, sha256)
) STRICT, WITHOUT ROWID;

-- One message of an alert rule, with the events that it tells. `uid` stands in the message, too.
CREATE TABLE alerts (
  id INTEGER PRIMARY KEY,
  uid TEXT NOT NULL UNIQUE,
  rule TEXT NOT NULL,
  made_at TEXT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX alerts_rule ON alerts (rule, made_at);

-- What came of a message at each of those that it is for. It is `sending` from before it is given away until it is
-- known what came of that; whoever finds it so later cannot know, and it is `unknown`. `target` is a name that is made
-- of an address: no address and no password stands here.
CREATE TABLE alert_deliveries (
  alert_id INTEGER NOT NULL REFERENCES alerts (id),
  target TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'failed', 'unknown')),
  tries INTEGER NOT NULL DEFAULT 0,
  settled_at TEXT,
  error TEXT,
  PRIMARY KEY (alert_id, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_deliveries_open ON alert_deliveries (state) WHERE state <> 'sent';

-- The events that a rule has told; none is told twice.
CREATE TABLE alert_events (
  rule TEXT NOT NULL,
  event TEXT NOT NULL,
  noticed_at TEXT NOT NULL,
  alert_id INTEGER NOT NULL REFERENCES alerts (id),
  PRIMARY KEY (rule, event)
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_events_alert ON alert_events (alert_id);

-- Since when each rule watches: what was noticed before tells nobody.
CREATE TABLE alert_rules (
  rule TEXT PRIMARY KEY,
  since TEXT NOT NULL
) STRICT, WITHOUT ROWID;
