"""The archive's figures as tables for other tools: CSV, Parquet, XLSX, and a data package.

The route, in order; `export_tables` (`export`) is the front door:

* what the tables are, as data: `columns.toml`, `cells.toml`, `crosswalk.toml` ─▶ `dictionary` (tables and columns),
  `cells` (the cells of the forms), `crosswalk`
* what stands in them: `units` (base units, blanks) ─▶ `figures` (rows of versions) ─▶ `contents` (all tables, filled in
  one walk over the archive)
* how they are written: `csv_files`, `parquet`, `workbook` (with `printed_sheets`), `package` (with `readme`)
* whole or not at all: `folders`
"""
