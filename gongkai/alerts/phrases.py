"""What messages say, in Chinese and English; places to fill stand in {braces}, the same in both."""

from collections.abc import Mapping

from gongkai.alerts.rules import Language

_PHRASES: Mapping[str, tuple[str, str]] = {
    "kind_new": ("新增报告", "New report"),
    "kind_figures": ("数字有变", "Figures changed"),
    "kind_text": ("文字有变", "Words changed"),
    "kind_moved": ("报告移址", "Report moved"),
    "kind_withdrawn": ("报告撤下", "Report withdrawn"),
    "kind_restored": ("报告恢复", "Report restored"),
    "kind_finding": ("核查发现", "Finding"),
    "kind_copied": ("文字雷同", "Words of another report"),
    "kind_missing": ("逾期未见", "Not seen in time"),
    "kind_late": ("逾期公布", "Published late"),
    "kind_source_failing": ("站点采集失败", "Source is failing"),
    "kind_source_recovered": ("站点恢复正常", "Source has recovered"),
    "no_figure": ("无数字", "no figure"),
    "words_only": ("文字有改动，数字未变", "its words differ, no figure does"),
    "was_at": ("原址：{url}", "it stood at: {url}"),
    "evidence": ("证据：{where}", "evidence: {where}"),
    "source": ("原网页：{url}", "source: {url}"),
    "capture": ("采集于 {moment}，SHA-256 {sha256}…", "captured {moment}, SHA-256 {sha256}…"),
    "noticed": ("发现于 {moment}", "noticed {moment}"),
    "explain_together": ("以下单元格须同时改动方能相符：", "these cells together would explain it:"),
    "explains_too": ("{cell}：{value} → {wanted}", "{cell}: {value} → {wanted}"),
    "explains": ("若 {cell} 由 {value} 改为 {wanted}，则相符", "{cell} would fit if it were {wanted}, not {value}"),
    "level_soft": ("这不一定是错误，可能另有原因", "this may have its reasons and is not always a fault"),
    "origin_reading": ("可能是本程序读错", "our own reading may be at fault"),
    "due": ("{year} 年度报告应于 {day} 前公布", "the report on {year} was due by {day}"),
    "by_practice": ("（惯例，非法定期限）", " (by practice, not by law)"),
    "seen_late": (
        "{day} 首次见到，未注明日期，至少晚 {days} 天",
        "first seen on {day}, undated, at least {days} days late",
    ),
    "days_late": ("于 {day} 公布，晚 {days} 天", "published on {day}, {days} days late"),
    "not_seen": (
        "{count} 次采集均未发现，{first} 至 {last}",
        "{count} visits without it, {first} to {last}",
    ),
    "looked_at": (
        "查看的列表：{url}，{moment}，SHA-256 {sha256}…",
        "list looked at: {url}, {moment}, SHA-256 {sha256}…",
    ),
    "sides": ("{left} ≠ {right}", "{left} ≠ {right}"),
    "failing": ("连续 {count} 次采集不完整，自 {moment} 起", "{count} visits in a row incomplete, since {moment}"),
    "last_good": ("上次完整采集：{moment}", "last complete visit: {moment}"),
    "never_good": ("从未完整采集", "it was never visited completely"),
    "reason": ("原因：{reason}", "reason: {reason}"),
    "recovered": ("此前连续 {count} 次不完整，自 {moment} 起", "{count} visits before were incomplete, since {moment}"),
    "indicator": ("{name}：{value} {unit}", "{name}: {value} {unit}"),
    "year_before": ("（上年 {value}）", " ({value} the year before)"),
    "digest_title": ("{rule}：{count} 条", "{rule}: {count} events"),
    "event_title": ("{rule}：{kind} {title}", "{rule}: {kind}: {title}"),
    "and_more": ("另有 {count} 条", "and {count} more"),
    "and_more_lines": ("另有 {count} 项", "and {count} more of these"),
    "cut": ("消息过长，其余见 gongkai notify --list", "cut here; `gongkai notify --list` has the rest"),
    "all_changes": ("全部变更：{url}", "all changes: {url}"),
    "uid": ("消息编号 {uid}", "message {uid}"),
    "test_title": ("{rule}：测试消息", "{rule}: a test message"),
    "test_body": ("这是 gongkai notify --test 发出的测试消息。", "This is what `gongkai notify --test` sends."),
}


def phrase(language: Language, key: str, **values: object) -> str:
    """Return a phrase in a language, its places filled; `KeyError` where there is no such phrase."""
    return _PHRASES[key][language == "en"].format(**values)
