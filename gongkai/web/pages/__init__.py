"""The pages: functions from an open archive and what was asked to what is shown."""
