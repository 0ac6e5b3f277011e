"""The other articles of the demo sites: look-alikes in the column, news, plain pages of the navigation."""

from datetime import date

from gongkai.demo.catalogue import DISTRICTS, Entry, Notice

_HALF_YEAR = (
    ("统计项目", "数量"),
    ("主动公开信息（条）", "416"),
    ("收到申请（件）", "7"),
    ("已答复（件）", "6"),
)


def draw_notice(notice: Notice) -> str:
    """Return the content of a look-alike."""
    match notice.kind:
        case "explanation":
            return _paragraphs(
                "问：年度报告主要反映哪些内容？",
                "答：主要反映一年来主动公开、依申请公开和监督保障等方面的工作，并附有关统计表。",
                "问：群众如何查阅？",
                "答：可在本站栏目中查阅，也可到便民服务中心的查阅点查询。",
            )
        case "instruction":
            return _paragraphs(
                "各街道办事处、区政府各部门：",
                "请按照规定格式编制年度报告，认真核对各项数据及其勾稽关系，经主要负责同志审定后按时发布。",
                "没有发生的事项填“0”，不得留空。联系部门为区政府办公室政务公开科。",
            )
        case "picture":
            return '<p><img src="/images/picture.svg" alt="图解"></p>'
        case "half_year":
            rows = "\n".join(f"<tr><td>{name}</td><td>{number}</td></tr>" for name, number in _HALF_YEAR)
            return f'<p>现将上半年有关数据公布如下：</p>\n<table border="1"><tbody>\n{rows}\n</tbody></table>'


def list_news(site: str) -> tuple[Entry, ...]:
    """Return a site's news, newest first: pages that a search for annual reports has no reason to read."""
    first = 9100 + 40 * list(DISTRICTS).index(site)
    titles = (
        ("社区食堂试营业，老年居民可享优惠", date(2024, 1, 19)),
        ("冬季供暖巡查组走进老旧小区", date(2024, 1, 16)),
        (f"{DISTRICTS[site].district}召开水环境治理工作推进会", date(2024, 1, 11)),
        ("新增公交接驳线路方便学生上下学", date(2024, 1, 8)),
    )
    return tuple(Entry(site, title, day, first - 3 * n, 40 + n) for n, (title, day) in enumerate(titles))


def news_path(entry: Entry) -> str:
    """Return the path of a news page, in the manner of its site's CMS."""
    match DISTRICTS[entry.site].lists:
        case "next_links":
            return f"/info/1003/{entry.serial}.htm"
        case "trs":
            return f"/xwzx/{entry.published:%Y%m}/t{entry.published:%Y%m%d}_{entry.serial}.html"
        case "year_folders":
            return f"/xwzx/{entry.published:%Y%m}/{entry.serial}.shtml"


def draw_news() -> str:
    """Return the content of a news page."""
    return _paragraphs("近日，有关单位到现场了解进展，听取居民意见。", "下一步将继续做好相关工作，并及时公布情况。")


PLAIN_PAGES = {
    "/bsfw/": ("办事服务", "个人办事和法人办事请到便民服务中心窗口办理，工作日均可受理。"),
    "/hdjl/": ("互动交流", "欢迎对本区工作提出意见和建议，来信将在五个工作日内回复。"),
    "/admin/": ("内容管理", "请从内部网络登录。"),
}

# What stands beside the annual reports on the page 政府信息公开: file name, heading, text.
NEIGHBOUR_COLUMNS = (
    ("zn.html", "政府信息公开指南", "公民、法人和其他组织可通过本站、查阅点获取政府信息，也可依法提出申请。"),
    ("zd.html", "政府信息公开制度", "本区建立信息发布审查、保密审查和动态调整制度。"),
    ("fdzdgk.html", "法定主动公开内容", "机构职能、规划计划、财政预决算等信息在此集中公开。"),
)


def _paragraphs(*texts: str) -> str:
    return "\n".join(f"<p>　　{text}</p>" for text in texts)
