"""What real reports do to labels, headers, rows and the page around the tables, in words of our own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random

from parsers.forms.printed import PrintedCell
from tests.parsers.flattenings import Grid, Row, texts

Grids = tuple[Grid, ...]
FULL_TO_HALF = str.maketrans("（），：“”；", '(),:"";')
TRADITIONAL = str.maketrans(
    "规范备订发废处决许对务项设强业费数总开结转后经诉讼复维纠审构组织织团体与类关书销检类档减购额实际际动态报举访护权属内过执办书办询应续续号没无现产样补闻",
    "規範備訂發廢處決許對務項設強業費數總開結轉後經訴訟復維糾審構組織織團體與類關書銷檢類檔減購額實際際動態報舉訪護權屬內過執辦書辦詢應續續號沒無現產樣補聞",
)
NOISE = "府街道局处明市区文本年行政法规公开"


@dataclass(frozen=True, slots=True)
class Change:
    """One variation. `is_harmless`: a reader who knows the forms still reads every cell, however it is flattened."""

    apply: Callable[[Grids, Random], Grids]
    is_harmless: bool = True


def each_label(change: Callable[[str, Random], str]) -> Callable[[Grids, Random], Grids]:
    """Change the text of every label."""

    def apply(grids: Grids, rng: Random) -> Grids:
        return tuple(
            replace(
                grid,
                rows=tuple(
                    tuple(
                        cell if cell.key or not cell.text else replace(cell, text=change(cell.text, rng))
                        for cell in row
                    )
                    for row in grid.rows
                ),
            )
            for grid in grids
        )

    return apply


def swap_texts(pairs: Mapping[str, str | tuple[str, ...]]) -> Callable[[Grids, Random], Grids]:
    """Print labels in another wording, one of several at random."""

    def change(text: str, rng: Random) -> str:
        new = pairs.get(text, text)
        return new if isinstance(new, str) else rng.choice(new)

    return each_label(change)


def _some(change: Callable[[str, Random], str], share: float) -> Callable[[Grids, Random], Grids]:
    return each_label(lambda text, rng: change(text, rng) if len(text) > 3 and rng.random() < share else text)


def typo(text: str, rng: Random) -> str:
    """Replace, leave out, double or swap one character."""
    at = rng.randrange(1, len(text) - 1)
    way = rng.choice(["replaced", "lost", "doubled", "swapped"])
    if way == "replaced":
        return text[:at] + rng.choice(NOISE) + text[at + 1 :]
    if way == "lost":
        return text[:at] + text[at + 1 :]
    if way == "doubled":
        return text[:at] + text[at] + text[at:]
    return text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :]


def broken(text: str, rng: Random) -> str:
    """Break a label over two lines, behind its number."""
    if len(text) < 6:
        return text
    at = rng.randrange(3, len(text) - 1)
    return text[:at] + "\n" + text[at:]


def number_apart(text: str, _rng: Random) -> str:
    """Leave the number of a label on a line of its own, where it looks like a figure."""
    return text[0] + "\n" + text[1:] if text[0].isdigit() else text


def vertical(text: str, _rng: Random) -> str:
    """Set the words of a group one character a line."""
    return "\n".join(text) if text.startswith("三、") else text


def _label(text: str) -> PrintedCell:
    return PrintedCell(text, 1, 1, None)


def _extra_row(after: str, label: str, figures: tuple[str, ...]) -> Callable[[Grids, Random], Grids]:
    """Put a row of our own behind the row that a label begins."""

    def apply(grids: Grids, rng: Random) -> Grids:
        rows: list[Row] = []
        for row in grids[0].rows:
            rows.append(row)
            if row[0].text.startswith(after) and row[-1].key:
                rows.append((_label(label), *(_label(rng.choice(figures)) for _ in range(grids[0].width - 1))))
        return (replace(grids[0], rows=tuple(rows)), *grids[1:])

    return apply


def _row_above(texts: tuple[str, ...]) -> Callable[[Grids, Random], Grids]:
    """Put a row above the first table."""

    def apply(grids: Grids, _rng: Random) -> Grids:
        spans = [1] * (len(texts) - 1) + [grids[0].width - len(texts) + 1]
        row = tuple(PrintedCell(text, span, 1, None) for text, span in zip(texts, spans, strict=True))
        return (replace(grids[0], rows=(row, *grids[0].rows)), *grids[1:])

    return apply


def _row_below(grids: Grids, _rng: Random) -> Grids:
    """Put an empty row below the first table."""
    row = tuple(_label("") for _ in range(grids[0].width))
    return (replace(grids[0], rows=(*grids[0].rows, row)), *grids[1:])


def _columns_swapped(grids: Grids, _rng: Random) -> Grids:
    """Let the first two columns of figures change places, headers and all."""
    rows = tuple(
        (row[0], row[2], row[1], *row[3:]) if len(row) == 4 and all(c.colspan == 1 for c in row) else row
        for row in grids[0].rows
    )
    return (replace(grids[0], rows=rows), *grids[1:])


def _headers_vertical(grids: Grids, rng: Random) -> Grids:
    """Set the heads of the applicants' columns one character a line."""
    heads = {"自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "总计"}
    return each_label(lambda text, _: "\n".join(text) if text in heads else text)(grids, rng)


def _third_fee_cell(grids: Grids, _rng: Random) -> Grids:
    """Print a third 0 in a row of two zeros, under two headers."""
    rows = tuple(
        (row[0], row[1], replace(row[2], colspan=1), _label("0"))
        if row[0].text == "行政事业性收费" and texts(row)[1:] == ["0", "0"]
        else row
        for row in grids[0].rows
    )
    return (replace(grids[0], rows=rows), *grids[1:])


def _serial_numbers(grids: Grids, _rng: Random) -> Grids:
    """Put a column of serial numbers before the first table."""
    grid, rows, number = grids[0], list[Row](), 0
    for row in grid.rows:
        if row[0].colspan == grid.width:
            rows.append((replace(row[0], colspan=grid.width + 1),))
            continue
        number += bool(row[-1].key)
        head = "序号" if row[0].text in {"信息内容", "统计指标"} else ""
        rows.append((_label(str(number) if row[-1].key else head), *row))
    return (replace(grid, width=grid.width + 1, rows=tuple(rows)), *grids[1:])


def _line_codes(grids: Grids, _rng: Random) -> Grids:
    """Put a column of codes before the figures of a table that has one column of them, as form 2014 has."""
    grid, rows = grids[0], list[Row]()
    if any(len([cell for cell in row if cell.key]) > 1 for row in grid.rows):
        return grids
    for number, row in enumerate(grid.rows):
        rows.append((*row[:-1], _label(f"{number:02}" if number else "代码"), row[-1]))
    return (replace(grid, width=grid.width + 1, rows=tuple(rows)), *grids[1:])


def _groups_lost(grids: Grids, rng: Random) -> Grids:
    """Leave only the number of a group: （四） for （四）无法提供."""
    return each_label(lambda text, _: text[:3] if text[:1] == "（" and text[3:5] in {"不予", "无法"} else text)(
        grids, rng
    )


OTHERS = "其他对外管理服务事项"
CHANGES: Mapping[str, Change] = {
    "half_width": Change(each_label(lambda text, _: text.translate(FULL_TO_HALF))),
    "traditional": Change(each_label(lambda text, _: text.translate(TRADITIONAL))),
    "wide_numbers": Change(each_label(lambda text, _: text.translate({n + 48: n + 0xFF10 for n in range(10)}))),
    "commas_for_dots": Change(
        each_label(lambda text, _: text[0] + "、" + text[2:] if text[1:2] == "." and text[0].isdigit() else text)
    ),
    "numbers_lost": Change(
        each_label(lambda text, _: text[2:] if text[1:2] == "." and text[0].isdigit() and len(text) > 4 else text)
    ),
    "headers_split": Change(
        swap_texts(
            {
                "本年新制作数量": "本年新\n制作数量",
                "本年新公开数量": "本年新\n公开数量",
                "对外公开总数量": "对外公开\n总数量",
                "商业企业": "商业\n企业",
                "科研机构": "科研\n机构",
                "本年制发件数": "本年制\n发件数",
            }
        )
    ),
    "headers_spaced": Change(
        swap_texts(
            {
                "本年新制作数量": "本年新 制作数量",
                "本年新公开数量": "本年新 公开数量",
                "商业企业": "商业 企业",
                "总计": "总 计",
            }
        )
    ),
    "headers_cut": Change(
        swap_texts(
            {
                "本年新制作数量": "本年新",
                "本年新公开数量": "本年新",
                "本年增/减": "本年增/",
                "现行有效件数": "现行有效件",
            }
        )
    ),
    "headers_doubled": Change(swap_texts({"本年新公开数量": "本年新制作数量"})),
    "year_in_header": Change(
        swap_texts(
            {
                "本年制发件数": "本年(2023)制发件数",
                "本年废止件数": "本年（2023年）废止件数",
                "本年新制作数量": "本年(2020)新制作数量",
                "本年处理决定数量": "本年（2023年）处理决定数量",
            }
        )
    ),
    "header_hints": Change(
        swap_texts(
            {
                "本年增/减": "本年增/减（比去年多几项写几，少了写负数，如-6）",
                "采购总金额": "采购总金额（万元）",
                "现行有效件数": "现行有效件数（截至12月31日）",
            }
        )
    ),
    "explained": Change(
        swap_texts(
            {
                "规章": "规章（能定规章的机关才填这一行）",
                OTHERS: f"{OTHERS}（行政许可以外的事，不含行政处罚、行政强制和行政事业性收费）",
                "规范性文件": "规范性文件（不是规章的那些）",
                "行政规范性文件": "行政规范性文件（不是规章的那些）",
                "（六）其他处理": "（六）其他处理（不在前面五项里的）",
                "行政事业性收费": "行政事业性收费（办理行政许可时收的也在内）",
            }
        )
    ),
    "other_wording": Change(
        swap_texts(
            {
                "规范性文件": "行政规范性文件",
                "行政规范性文件": "规范性文件",
                "其他结果": ("其结果他", "其他结果"),
                "二、上年结转政府信息公开申请数量": "二、上年转结政府信息公开申请数量",
                "2.其他法律行政法规禁止公开": "2.其他法律行政止公开",
                "3.危及“三安全一稳定”": "3.危及三安全一稳定",
                "（二）部分公开（区分处理的，只计这一情形，不计其他情形）": "（二）部分公开",
                "社会公益组织": "社会公益",
                "第二十条第（一）项": ("第二十一条第(一)项", "第二十条 第（一）项", "第二十条  第（一）项"),
                "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）": (
                    "（本列数据的勾稽关系为：第一项加第二项法人或其他组织之和，等于第三项加第四项之和）"
                ),
            }
        )
    ),
    "other_short": Change(swap_texts({"（六）其他处理": "（六）其他"})),
    "groups_by_number": Change(_groups_lost),
    "group_vertical": Change(each_label(vertical)),
    "headers_vertical": Change(_headers_vertical),
    "third_fee_cell": Change(_third_fee_cell, is_harmless=False),
    "labels_broken": Change(_some(broken, 0.15)),
    "numbers_apart": Change(_some(number_apart, 0.2), is_harmless=False),
    "spaces_inside": Change(
        _some(lambda text, rng: text.replace(text[(at := rng.randrange(1, len(text)))], text[at] + " ", 1), 0.3)
    ),
    "typos": Change(_some(typo, 0.06), is_harmless=False),
    "extra_row": Change(_extra_row("规范性文件", "其他主动公开文件", ("0", "2", "31"))),
    "sub_rows": Change(_extra_row(OTHERS, "行政检查", ("0", "4", "57"))),
    "unit_row": Change(_row_above(("单位：青石区白杨街道办事处", "", "2023年度"))),
    "title_row": Change(_row_above(("主动公开政府信息情况",))),
    "empty_row": Change(_row_below, is_harmless=False),
    "serial_numbers": Change(_serial_numbers, is_harmless=False),
    "line_codes": Change(_line_codes, is_harmless=False),
    "columns_swapped": Change(_columns_swapped, is_harmless=False),
}
BLURRING_HEADERS = {"headers_cut", "headers_doubled", "typos"}
