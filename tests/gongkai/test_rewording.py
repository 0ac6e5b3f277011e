"""What differs between two texts: nothing is lost, and it reads well."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.rewording import align_lines, compare_texts, join_pieces

TEXTS = st.lists(
    st.sampled_from(["公开", "申请3件", "，", "。", "\n", "12.5", "PDF", " ", "\U00020000", "未", "a\u0301"])
).map("".join)


def mark(old: str, new: str) -> str:
    """Return both texts in one: [-removed-], {+added+}."""
    marks = {"same": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}
    return "".join(f"{marks[piece.kind][0]}{piece.text}{marks[piece.kind][1]}" for piece in compare_texts(old, new))


@given(TEXTS, TEXTS)
def test_both_texts_can_be_taken_out_again(old: str, new: str) -> None:
    """Without what was added the pieces are the old text, without what was removed the new one."""
    pieces = compare_texts(old, new)

    assert (join_pieces(pieces, "removed"), join_pieces(pieces, "added")) == (old, new)
    assert all(piece.text for piece in pieces)
    assert all(left.kind != right.kind for left, right in pairwise(pieces))


@given(TEXTS)
def test_the_same_text_has_one_piece(text: str) -> None:
    """A text beside itself is one piece that is the same, an empty one none."""
    assert [(piece.kind, piece.text) for piece in compare_texts(text, text)] == ([("same", text)] if text else [])


@given(st.lists(TEXTS), st.lists(TEXTS))
def test_every_line_is_named_once_and_in_order(old: list[str], new: list[str]) -> None:
    """Lines set beside each other keep their order, and each stands there once."""
    pairs = align_lines(old, new)

    assert [left for left, _ in pairs if left is not None] == list(range(len(old)))
    assert [right for _, right in pairs if right is not None] == list(range(len(new)))


@pytest.mark.parametrize(
    ("old", "new", "marked"),
    [
        ("受理312件，办结3件。", "受理321件，办结5件。", "受理[-312-]{+321+}件，办结[-3-]{+5+}件。"),
        ("共12.5万元。", "共12.75万元。", "共[-12.5-]{+12.75+}万元。"),
        ("开展培训3次。", "开展培训3次，举办讲座2次。", "开展培训3次{+，举办讲座2次+}。"),
        ("开展培训3次，举办讲座2次。", "开展培训3次。", "开展培训3次[-，举办讲座2次-]。"),
        (
            "一是队伍不够稳定，二是更新慢。",
            "一是信息时有迟缓，二是更新慢。",
            "一是[-队伍不够稳定-]{+信息时有迟缓+}，二是更新慢。",
        ),
        ("听松街道。\n白杨街道。\n", "白杨街道。\n青石街道办。\n", "[-听松街道。\n-]白杨街道。\n{+青石街道办。\n+}"),
        ("听松街道公开。\n白杨街道答复。", "听松街道公开。白杨街道答复。", "听松街道公开。[-\n-]白杨街道答复。"),
        ("加强培训，加强公开。", "加强培训，加强督查，加强公开。", "加强培训，{+加强督查，+}加强公开。"),
        (
            "完善制度建设和人员培训机制。",
            "健全制度体系和队伍管理机制。",
            "[-完善制度建设和人员培训-]{+健全制度体系和队伍管理+}机制。",
        ),
        ("今天下雨。", "明日开会公告", "[-今天下雨。-]{+明日开会公告+}"),
    ],
)
def test_changes_read_well(old: str, new: str, marked: str) -> None:
    """Figures change as a whole, clauses come and go, islands do not part a change, paragraphs stay apart."""
    assert mark(old, new) == marked


def test_a_new_paragraph_does_not_tear_the_others() -> None:
    """Where a paragraph was reworded and another put behind it, each is told by itself."""
    old = "本年设立公开栏三处，举办宣讲两场。\n未收到复议申请。\n"
    new = "本年设立公开栏三处，举办宣讲两场，培训一次。\n新设线上窗口。\n未收到复议申请。\n"

    assert mark(old, new) == (
        "本年设立公开栏三处，举办宣讲两场{+，培训一次+}。\n{+新设线上窗口。\n+}未收到复议申请。\n"
    )


def test_what_is_too_long_is_told_as_a_whole() -> None:
    """Texts that would take minutes to compare are told as removed and added, at once."""
    old, new = "甲乙" * 30_000, "甲丙" * 30_000

    assert [piece.kind for piece in compare_texts(old, new)] == ["removed", "added"]
