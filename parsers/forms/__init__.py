"""Forms as data: each official form is one TOML file here.

    a file ─fields▶ keys and kinds as they must be ─loading▶ Form, Series ─sound▶ nothing contradicts

`form` and `series` are the values, `printed` draws a table. docs/forms.md says how a file is written.
"""

from parsers.forms.form import Condition, ConditionKind, Form, Label, Line, Rule, Table
from parsers.forms.loading import load_forms, load_series, name_version, parse_form, parse_series
from parsers.forms.series import Series, SeriesSection

__all__ = [
    "Condition",
    "ConditionKind",
    "Form",
    "Label",
    "Line",
    "Rule",
    "Series",
    "SeriesSection",
    "Table",
    "load_forms",
    "load_series",
    "name_version",
    "parse_form",
    "parse_series",
]
