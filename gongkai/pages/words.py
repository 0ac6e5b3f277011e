"""The words of the pages, in Chinese and English, and the signs that tell how a cell was read."""

from collections.abc import Mapping

from parsers.explain import PartKind
from parsers.report import CellStatus

FEW = 6
"""How many warnings or failed sums are shown at once (more are folded), and columns fit on a small screen."""
STATUSES: Mapping[CellStatus, tuple[str, str, str]] = {  # the sign that is drawn, and what it means
    "reported": ("", "原文所载", "printed in the document"),
    "blank": ("□", "空白", "left blank"),
    "inferred": ("≈", "据合计推得", "lost in the text, the only value that fits"),
    "ambiguous": ("?", "无法确定", "something stands there that cannot be placed for certain"),
    "missing": ("×", "文中没有", "not in the document"),
}
KINDS: Mapping[PartKind, tuple[str, str]] = {
    "title": ("标题", "title"),
    "heading": ("章节标题", "heading"),
    "text": ("正文", "text"),
    "page": ("页面", "left out"),
    "header": ("表头", "table header"),
    "label": ("行名", "row label"),
    "doubt": ("行名存疑", "label in doubt"),
    "figure": ("数字", "figure"),
    "blank": ("空白格", "blank cell"),
    "unplaced": ("位置不明", "cell not certain"),
    "loose": ("无处可归", "figure in no cell"),
    "strange": ("表外文字", "no word of the table"),
    "plain": ("其他表格", "another table"),
    "empty": ("空", "empty"),
}
ROW = ("表行", "table row")
FACTS: Mapping[str, tuple[str, str]] = {
    "kind": ("种类", "kind"),
    "agency": ("机关", "agency"),
    "district": ("区县", "district"),
    "division": ("区划代码", "division"),
    "year": ("年度", "year"),
    "form": ("表样", "form"),
    "published": ("发布日期", "published"),
}
