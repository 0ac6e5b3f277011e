"""What stands in a data package for people: what it is, how to read it, and whose it is."""

from collections.abc import Mapping

from gongkai.exports.dictionary import load_tables

LICENSE_TEXT = """\
# 数据的使用 · Use of these data

这些数据是各级行政机关依法公开的年度报告中所印的事实。gongkai 对其整理不主张任何权利，也不代表发布机关；
使用时请注明报告的网址（`reports` 表的 `url`）和采集时间（`fetched_at`），并遵守适用的法律和网站的规定。

These are facts that agencies printed in reports which the law obliges them to publish. gongkai claims no right of its
own in putting them together, and does not speak for the publishers. Name the address of a report (`url` in the table
`reports`) and when it was captured (`fetched_at`), and keep to the law that applies and to the terms of the sites.
"""
_README = """\
# 政府信息公开工作年度报告数据

{asked_zh}，截至 {moment}（UTC）。由 gongkai 从存档导出；同一存档、同一时点，所得逐字节相同。

{tables_zh}

* 每个 `data/*.csv` 为 UTF-8（带 BOM，供 Excel、WPS 直接打开），逗号分隔，行末 CRLF。文字一律加引号；
  `""` 是空的文字，什么也没有则是没有值。
* 原样印刷的文字在 `raw`，从不更改。为免被当作公式，以 `=`、`+`、`-`、`@` 等或 `'` 开头而不是数字的文字前加一个 `'`：
  去掉这个 `'` 即为原文。
* `value` 以印刷的单位计；`value_base` 换算为 `unit_base`（金额为元，单位不明则为空）。宽表各列为 `value_base`。
* 空白不是0：见 `status` 和 `blank_kind`。人工更正另列（`is_corrected` 起各栏），不改原文。
* 每一栏见 `columns.csv`，每一格见 `codebook.csv`，取值见 `values.csv`，各版表格能否比较见 `crosswalk.csv`。
* 核对文件：`sha256sum -c SHA256SUMS`。核对数据：`frictionless validate datapackage.json`。

# Yearly reports on disclosure of government information in China

{asked_en}, as of {moment} (UTC). Exported from an archive by gongkai; the same archive as of the same moment gives the
same bytes.

{tables_en}

* Every `data/*.csv` is UTF-8 (with a byte order mark, for Excel and WPS), with commas and CRLF. Texts stand in quotes,
  always: `""` is an empty text, nothing at all is no value.
* `raw` is as printed and never altered. So that no program takes it for a formula, a text that begins with `=`, `+`,
  `-`, `@` and the like or with `'`, and is no number, has one `'` put before it: take that off, and it is what it was.
* `value` is in the unit printed; `value_base` is in `unit_base` (amounts in 元; empty where the unit is not known). The
  columns of the wide tables are `value_base`.
* A blank is no 0: see `status` and `blank_kind`. What a person corrected stands beside what is printed, from
  `is_corrected` on.
* `columns.csv` explains every column, `codebook.csv` every cell, `values.csv` the values, `crosswalk.csv` which cells
  of two forms can be compared.
* The files: `sha256sum -c SHA256SUMS`. The data: `frictionless validate datapackage.json`.
"""


def write_readme(rows: Mapping[str, int], moment: str, asked: str) -> str:
    """Return the README of a package; `asked` says in words which reports it holds."""
    chinese, _, english = asked.partition(" · ")
    tables = load_tables().values()
    return _README.format(
        moment=moment,
        asked_zh=chinese,
        asked_en=english,
        tables_zh="\n".join(f"* `data/{one.name}.csv`（{rows[one.name]} 行）：{one.zh}" for one in tables),
        tables_en="\n".join(f"* `data/{one.name}.csv` ({rows[one.name]} rows): {one.en}" for one in tables),
    )
