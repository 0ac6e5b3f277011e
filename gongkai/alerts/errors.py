"""What alerts can say no to."""


class AlertsError(Exception):
    """The list of alerts cannot be followed as it is written; the text is one line that says what to correct."""
