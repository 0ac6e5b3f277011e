"""Pages that stand alone: one HTML file, nothing remote, no script."""
