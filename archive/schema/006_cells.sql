-- Versions by what stands in a cell, so that a search by figures looks at those of that cell alone. Most cells hold 0
-- or nothing; they are left out, and a search that wants a 0 looks at every version.
CREATE INDEX figures_held ON figures (cell_name_id, version_id, value, unit) WHERE value <> 0;
