"""Tables as files: CSV that spreadsheet programs read as text and figures, never as formulas."""

import csv
import io
from collections.abc import Iterable, Sequence

from gongkai.proof.check import guard


def rows_to_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    r"""Return rows as CSV in UTF-8 with its mark; a text that a spreadsheet would run as a formula begins with `'`.

    >>> rows_to_csv(["a"], [["=1+1"], [-5], [None]]).decode("utf-8-sig")
    'a\r\n\'=1+1\r\n-5\r\n""\r\n'
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([guard(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig", errors="replace")
