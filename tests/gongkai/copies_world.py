"""Made reports of a made country, some of them copied: what a comparison is to find, and what it is not to take for it.

A report holds sentences of the form and of the law, slogans that all know, the template of its district, a notice that
a few agencies of a district share, sentences that its office writes every year, and new ones. All are put together from
phrases, so that any two reports say some things alike.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from archive.judgements.resemblances import Pair, ReadFrom, StandingText

_FIRST_YEAR = 2015
_YEARS = 10
_AGENCIES = 20
"""Agencies of a district."""
_SIGNS = "白绿青石松杨柳桥溪河湖山云月星枫梅竹兰荷桂槐榆枣沙岭坡湾洲滩塘泉井渡坝岩峰谷原野林园庄屯寨堡关营"
_WHEN = (
    *("年初", "上半年", "汛期", "春耕时节", "入冬前", "每月初", "每季度", "逢集市日", "暑假期间", "换届之后", "全年"),
    *("三月以来", "旱情期间", "节前", "机构调整后", "雨季", "开学季", "收粮时", "在疫情平稳后", "年底"),
)
_WHO = (
    *(
        "党政办公室",
        "便民服务中心",
        "司法所",
        "社会事务办",
        "城建办",
        "民政科",
        "网格员",
        "信息员",
        "经济发展办",
        "综治中心",
    ),
    *("退役军人服务站", "文化站", "财政所", "包村干部", "值班领导", "宣传委员", "档案室", "应急办", "环卫所", "农技站"),
)
_HOW = (
    *(
        "逐项",
        "对照清单",
        "按时限",
        "会同有关部门",
        "分片",
        "通过政府网站",
        "在公告栏",
        "利用广播",
        "入户",
        "以问答形式",
    ),
    *("用大字版", "借助微信群", "在村民会上", "分批", "牵头", "联合学校", "在办事窗口", "依照目录", "用方言", "随时"),
)
_DID = (
    *(
        "公开了",
        "梳理了",
        "更新了",
        "讲解了",
        "张贴了",
        "核对了",
        "发布了",
        "汇总了",
        "印发了",
        "征求了",
        "登记了",
        "回应了",
    ),
    *("补充了", "撤换了", "归档了", "答复了", "转办了", "公示了", "清理了", "编写了"),
)
_ABOUT = (
    *(
        "低保",
        "危房改造",
        "道路养护",
        "河道清淤",
        "旧楼加梯",
        "惠农补贴",
        "停水检修",
        "养老服务",
        "招生片区",
        "垃圾分类",
    ),
    *(
        "耕地保护",
        "食品抽检",
        "征地补偿",
        "防火巡查",
        "公租房分配",
        "助残",
        "村集体账目",
        "公交改线",
        "旧城更新",
        "防汛值守",
    ),
    *(
        "权责事项",
        "财政预决算",
        "重大项目",
        "行政执法",
        "就业岗位",
        "疫苗接种",
        "文物修缮",
        "渔船安全",
        "春季植树",
        "殡葬服务",
    ),
    *("老年食堂", "校车线路", "饮水改造", "噪声治理", "停车位", "快递点", "图书室", "医保缴费", "燃气入户", "路灯安装"),
)
_PAPERS = (
    *("名单", "进度", "计划", "安排", "方案", "标准", "通知", "项目", "点位", "责任书", "结果", "记录", "政策", "明细"),
    *("图纸", "值守表", "指南", "目录", "清单", "问答", "流程", "台账"),
)
_RESULT = (
    *(
        "群众少跑了许多路",
        "来电咨询明显减少",
        "受到居民好评",
        "意见均已采纳",
        "没有发生差错",
        "做到件件有着落",
        "家家看得明白",
    ),
    *(
        "投诉比往年下降",
        "老人也能看懂",
        "办理时间缩短",
        "争议得到化解",
        "账目一目了然",
        "错漏及时改正",
        "外来务工者也能查到",
    ),
    *("商户普遍满意", "参与的人越来越多", "遗留问题逐步解决", "村民主动提出建议", "差旅开支有所节约", "档案完整可查"),
)
_FORM = (
    "根据《中华人民共和国政府信息公开条例》（以下简称《条例》）规定，现公布{name}{year}年政府信息公开工作年度报告。",
    "本报告所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。",
    "本年新收政府信息公开申请{n}件，上年结转0件，结转下年度继续办理{n}件。",
    "全年未发生因政府信息公开引起的行政复议、行政诉讼。",
    "本年度未收取信息处理费。无其他需要报告的事项。",
)
LAW = (
    "《条例》规定，行政机关公开政府信息，应当坚持以公开为常态、不公开为例外，遵循公正、公平、合法、便民的原则；"
    "公民、法人或者其他组织可以向行政机关申请获取相关政府信息，行政机关应当及时、准确地公开政府信息。"
)
SLOGANS = (
    "坚持以人民为中心的发展思想，深入推进决策、执行、管理、服务、结果公开，不断提升政府工作的透明度，",
    "切实保障人民群众的知情权、参与权、表达权和监督权，严格按照上级有关政务公开工作的部署和要求，",
    "进一步提高政治站位，压实工作责任，健全工作机制，强化监督检查，推动政务公开工作再上新台阶，",
    "聚焦群众关切，优化公开渠道，丰富公开形式，加强业务培训，努力打造阳光政府、服务型政府。",
)

Sentence = str
"""A sentence with places for its names and figures: {name}, {community}, {year} and {n}, which is another each time."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A copy: the report that was copied into, and the agency that wrote the words, by district and key."""

    source: ReadFrom
    writer: tuple[str, str]


@dataclass(frozen=True, slots=True)
class World:
    """Made reports, and which of them are copies."""

    texts: tuple[StandingText, ...]
    planted: tuple[Planted, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """Of the copies planted the share found, and of the pairs told as copies the share planted."""

    recall: float
    precision: float
    missed: tuple[Planted, ...]
    wrong: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class _Manuscript:
    """A report before its names and figures stand in it."""

    number: int
    district: str
    key: str
    year: int
    shared: tuple[Sentence, ...]
    own: tuple[Sentence, ...]


def make_world(reports: int, copies: int, seed: int = 1) -> World:
    """Make so many reports, of `_YEARS` years of each agency, and plant so many copies among them."""
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    per_district = _AGENCIES * _YEARS
    names = _make_names(chance, reports // _YEARS + reports // per_district + 2)
    manuscripts: list[_Manuscript] = []
    while len(manuscripts) < reports:
        manuscripts += _make_district(chance, names, len(manuscripts))
    manuscripts = manuscripts[:reports]
    planted = _plant(chance, manuscripts, copies)
    texts = tuple(_print(chance, one, is_copied=number in planted) for number, one in enumerate(manuscripts))
    return World(texts, tuple(Planted(texts[number].source, writer) for number, writer in sorted(planted.items())))


def score(world: World, pairs: Sequence[Pair]) -> Score:
    """Weigh the pairs told as another agency's against what was planted."""
    agencies = {text.source: (text.district, text.agency_key) for text in world.texts}
    told = {Planted(pair.source, agencies[pair.other]): pair for pair in pairs if pair.kind == "other_agency"}
    missed = tuple(one for one in world.planted if one not in told)
    wrong = tuple(pair for found, pair in told.items() if found not in world.planted)
    recall = 1 - len(missed) / max(1, len(world.planted))
    return Score(recall, 1 - len(wrong) / max(1, len(told)), missed, wrong)


def make_sentence(chance: random.Random) -> Sentence:
    """Put a sentence together, with a figure or a name in some."""
    where = chance.choice(("", "", "{name}", "在{community}，", "{name}{community}"))
    parts = [chance.choice(_WHEN), "，", where, chance.choice(_WHO), chance.choice(_HOW), chance.choice(_DID)]
    parts += [_make_paper(chance), chance.choice(("", "{n}条", "共{n}份", "、")), _make_paper(chance)]
    return "".join([*parts, "，", chance.choice(("", "{n}人次参加，")), chance.choice(_RESULT), "。"])


def _make_paper(chance: random.Random) -> str:
    return chance.choice(_ABOUT) + chance.choice(_PAPERS)


def make_text(district: str, key: str, year: int, *sentences: Sentence, known_since: str = "") -> StandingText:
    """Make a report of these sentences, as they stand."""
    source = ReadFrom(f"{district}-{key}-{year}", f"{year}{district}{key}")
    since = known_since or f"{year + 1}-01-20"
    return StandingText(source, "990101", district, key, year, f"{district}{key}办事处", since, ("".join(sentences),))


def _make_names(chance: random.Random, count: int) -> list[str]:
    pairs = [first + second for first in _SIGNS for second in _SIGNS if first != second]
    return chance.sample(pairs, min(count, len(pairs)))


def _make_district(chance: random.Random, names: list[str], number: int) -> list[_Manuscript]:
    """Make all reports of a district, agency by agency."""
    district = f"{names.pop()}区"
    template = [make_sentence(chance) for _ in range(12)]
    notices = [[make_sentence(chance) for _ in range(chance.randint(1, 3))] for _ in range(_AGENCIES // 3)]
    made = []
    for agency in range(_AGENCIES):
        key = f"{names.pop()}{chance.choice(('街道', '街道', '镇'))}"
        habits = [make_sentence(chance) for _ in range(chance.randint(4, 9))]
        for year in range(_FIRST_YEAR, _FIRST_YEAR + _YEARS):
            kept = sorted(chance.sample(range(len(template)), 8))
            notice = notices[agency % len(notices)] if chance.random() < 0.5 else []
            slogans = chance.sample(SLOGANS, chance.randint(0, 4))
            shared = (*slogans, *([LAW] if chance.random() < 0.5 else []), *(template[one] for one in kept), *notice)
            fresh = [make_sentence(chance) for _ in range(chance.randint(3, 9))]
            own = [*(habit for habit in habits if chance.random() < 0.9), *fresh]
            made.append(_Manuscript(number + len(made), district, key, year, shared, tuple(own)))
    return made


def _copy_whole(_: random.Random, theirs: list[Sentence], __: list[Sentence]) -> list[Sentence]:
    return theirs


def _copy_turned(chance: random.Random, theirs: list[Sentence], _: list[Sentence]) -> list[Sentence]:
    return chance.sample(theirs, len(theirs))


def _copy_most(chance: random.Random, theirs: list[Sentence], _: list[Sentence]) -> list[Sentence]:
    return [sentence for sentence in theirs if chance.random() < 0.75]


def _copy_with_more(chance: random.Random, theirs: list[Sentence], mine: list[Sentence]) -> list[Sentence]:
    mixed = [*theirs, *mine[: len(theirs) // 3]]
    return chance.sample(mixed, len(mixed))


def _copy_half(_: random.Random, theirs: list[Sentence], mine: list[Sentence]) -> list[Sentence]:
    half = theirs[: (len(theirs) + 1) // 2]
    return [*mine[: len(half)], *half]


def _copy_reworded(chance: random.Random, theirs: list[Sentence], _: list[Sentence]) -> list[Sentence]:
    words = (("没有", "未"), ("了", ""), ("通过", "经"), ("群众", "居民"), ("共", ""))
    reworded = []
    for sentence in theirs:
        old, new = chance.choice(words)
        reworded.append(sentence.replace(old, new, 1))
    return reworded


_KINDS: tuple[Callable[[random.Random, list[Sentence], list[Sentence]], list[Sentence]], ...] = (
    *(_copy_whole, _copy_turned, _copy_most, _copy_with_more, _copy_half, _copy_reworded),
)


def _plant(chance: random.Random, made: list[_Manuscript], copies: int) -> dict[int, tuple[str, str]]:
    """Copy reports into others of the same or a later year; return who wrote the words of each."""
    planted: dict[int, tuple[str, str]] = {}
    written: set[tuple[str, str]] = set()
    while len(planted) < copies:
        writer, copier = chance.sample(made, 2)
        agencies = {(writer.district, writer.key), (copier.district, copier.key)}
        if len(agencies) < 2 or copier.year < writer.year or agencies & written:
            continue
        kind = _KINDS[len(planted) % len(_KINDS)]
        own = tuple(kind(chance, list(writer.own), list(copier.own)))
        made[copier.number] = replace(copier, own=own)
        planted[copier.number] = (writer.district, writer.key)
        written |= agencies
    return planted


def _print(chance: random.Random, one: _Manuscript, *, is_copied: bool) -> StandingText:
    """Fill names and figures in; a copy is published some days later than others."""

    def fill(sentence: Sentence) -> str:
        places = {"name": one.key, "community": f"{chance.choice(_SIGNS)}{chance.choice(_SIGNS)}社区", "year": one.year}
        pieces = sentence.split("{n}")
        filled = pieces[0] + "".join(f"{chance.randint(1, 400)}{piece}" for piece in pieces[1:])
        return filled.format(**places)

    body = [*one.shared, *one.own]
    cut = len(one.shared) // 2
    order = [_FORM[0], _FORM[1], *body[:cut], _FORM[2], *body[cut:], _FORM[3], _FORM[4]]
    day = 28 if is_copied else chance.randint(5, 25)
    since = f"{one.year + 1}-01-{day:02}"
    return make_text(one.district, one.key, one.year, *map(fill, order), known_since=since)
