DROP TABLE search_words;

-- The words of the versions that stand now, the withdrawn among them; rowid is the version, `year` that of its report.
-- Each character of the folded text makes a token, a frequent one together with the one behind it
-- (`archive/search_index.py`), so that words of any length are found. The text itself stands in the documents.
CREATE VIRTUAL TABLE search_words USING fts5 (
  words, year, content = '', tokenize = "ascii tokenchars '!""#$%&''()*+,-./:;<=>?@[\]^_`{|}~'"
);

-- The words of all other versions.
CREATE VIRTUAL TABLE search_past USING fts5 (
  words, year, content = '', tokenize = "ascii tokenchars '!""#$%&''()*+,-./:;<=>?@[\]^_`{|}~'"
);

-- Which of the frequent characters each version that stands now holds, and the year of its report.
CREATE VIRTUAL TABLE search_characters USING fts5 (
  words, content = '', detail = none,
  tokenize = "ascii tokenchars '!""#$%&''()*+,-./:;<=>?@[\]^_`{|}~'"
);

CREATE INDEX reports_year ON reports (year);

-- Findings and versions as they were met, the last first.
CREATE INDEX versions_seen ON versions (first_seen);

-- Versions with cells that hold no plain figure.
CREATE INDEX figures_blank ON figures (version_id) WHERE status = 'blank';
CREATE INDEX figures_inferred ON figures (version_id) WHERE status = 'inferred';
CREATE INDEX figures_ambiguous ON figures (version_id) WHERE status = 'ambiguous';
CREATE INDEX figures_missing ON figures (version_id) WHERE status = 'missing';
