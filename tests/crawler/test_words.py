import pytest

from crawler.words import (
    column_score,
    is_cut_item,
    is_entrance,
    is_folder,
    is_list_item,
    is_report_title,
    is_row_of_agency,
    shows_report,
    title_of_row,
    wide_score,
)

REPORTS = [
    "2020年度青石街道办事处政府信息公开工作年度报告",
    "青石区白杨街道办事处2020年政府信息公开工作年度报告",
    "青石区白杨街道办事处２０２０年度 政府信息公开工作年度报告",
    "青石区人民政府白杨街道办事处 关于2019年政府信息公开工作的年度报告",
    "关于2019年政府信息公开工作的年度报告",
    "2020年政府信息公开工作年度报告（白杨街道）",
    "白杨街道2019年度政府信息公开年度工作报告",
    "2021年白杨街道办事处信息公开年报",
    "白杨镇2020年政府信息公开工作报告",
    "白杨镇2010年政府信息公开报告",
    "二〇一八年白杨镇政府信息公开年度报告",
    "青石区财务局二O一九年政府信息公开工作年度报告",
    "白杨街道办事处政府信息公开工作年度报告",
    "青石区统计局2022年政府信息公开工作年度报告",
    "青石区财政局2022年政府信息公开工作年度报告",
    "白杨街道2022年政府信息公开工作年度报告 2023年1月20日",
    "月湖街道2022年政府信息公开工作年度报告",
    "白杨街道2022年政府信息公开工作年度报告.pdf",
    "2020年度白杨街道政府信息公开年报",
    "关于公布《2021年白杨街道政府信息公开工作年度报告》的公告",
    "青石区2023年度政务公开工作年度报告",
    "中共青石区委机构编制委员会办公室2020年政府信息公开工作年度报告",
    "青石区卫生和计划生育局2016年政府信息公开工作年度报告",
    "青石区综合行政执法局2020年政府信息公开工作年度报告",
    "青石区评估中心2020年政府信息公开工作年度报告",
]

NO_REPORTS = [
    "",
    "文字解读：白杨街道2022年政府信息公开工作年度报告",
    "关于白杨街道2022年政府信息公开工作年度报告的解读",
    "（图解）白杨街道2022年政府信息公开工作年度报告",
    "【图文】白杨街道2022年政府信息公开工作年度报告",
    "白杨街道2019年政府信息公开工作年度报告（图片版）",
    "一图读懂2021年政府信息公开工作年度报告",
    "关于做好2021年政府信息公开工作年度报告编制工作的通知",
    "政府信息公开工作年度报告制度",
    "青石区2022年上半年政府信息公开数据统计",
    "青石区2022年第一季度政府信息公开报告",
    "2021年政府网站工作年度报表",
    "2021年法治政府建设年度报告",
    "2021年政务公开工作总结",
    "青石区召开2021年政府信息公开年度报告部署会",
    "白杨街道政府信息公开指南",
    "青石区2021年政府工作报告",
    "2021年度企业年报公示",
    "政府信息公开年报",
    "政府信息公开工作年度报告",
    "我区做好2020年政府信息公开年度报告各项准备",
    "2020年政府信息公开工作年度报告编制说明",
    "2020年厂务公开工作年度报告",
    "青石区2020年政府信息公开工作社会评议年度报告",
    "2020年政府信息公开申请情况统计年报",
]


@pytest.mark.parametrize("title", REPORTS)
def test_a_title_of_a_report_is_known(title: str) -> None:
    """A link with the words of a report's title is a report, in any order of agency, year and name."""
    assert is_report_title(title)


@pytest.mark.parametrize("title", NO_REPORTS)
def test_a_look_alike_is_no_report(title: str) -> None:
    """An explanation, a notice, another period or form is no report, and no column's name is."""
    assert not is_report_title(title)


@pytest.mark.parametrize(
    "text",
    [
        "政府信息公开年报",
        "信息公开年度报告",
        "政府信息公开工作年度报告",
        "政务公开年报",
        " 政府信息\n公开年报 >>",
        "年报",
        "年度报告",
        "历年年报",
        "公开年报",
        "工作年度报告",
        "青石区政府信息公开年报",
        "政府信息公开年度报告专栏",
        "政府信息公开年报（2018年及以前）",
        "街道、镇年报",
        "往年年报",
    ],
)
def test_a_column_of_reports_outranks_the_way_to_it(text: str) -> None:
    """The name of an annual-report column scores above every page on the way."""
    assert column_score(text) >= 90 > column_score("政府信息公开") > column_score("法定主动公开内容") > 0


@pytest.mark.parametrize(
    "path",
    [
        "/zwgk/gknb/",
        "/xxgknb/index.html",
        "/zfxxgk/zfxxgknb/",
        "/ndbg.htm",
        "/zfxxgk/gknb/index.shtml",
        "/qzxxgknb/",
    ],
)
def test_an_address_can_say_what_its_words_do_not(path: str) -> None:
    """A folder named as annual-report columns are makes a link one, whatever stands on it."""
    assert column_score("查看更多", f"http://www.example.gov.cn{path}") >= 90


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("首页", "/"),
        ("领导信箱", "/ldxx/"),
        ("统计年报", "/tjnb/"),
        ("企业年报公示", "/qynb/"),
        ("政府信息公开指南", "/zfxxgk/zn/"),
        ("政府信息公开制度", "/zfxxgk/zd/"),
        ("政府网站工作年度报表", "/bb/"),
        ("法治政府建设年度报告", "/fzzf/"),
        ("我区政务公开工作再上新台阶：多措并举服务群众出实招见实效", "/news/1.html"),
        ("春天的公园", "/xxgknb/202401/t20240101_1.html"),
        ("公开年度报告编写培训", "/n/1.html"),
        ("政府信息公开年报编写经验交流", "/n/2.html"),
        ("厂务公开年度报告", "/cw/"),
    ],
)
def test_what_leads_nowhere_is_not_followed(text: str, path: str) -> None:
    """A link that is neither a column nor on the way scores 0."""
    assert column_score(text, f"http://www.example.gov.cn{path}") == 0


@pytest.mark.parametrize(
    "text",
    [
        "2020年",
        "2020",
        "2020年度",
        "白杨街道",
        "白杨街道办事处",
        "区财政局",
        "街道乡镇",
        "区政府部门",
        "街道（乡镇）",
        "委办局",
        "榆关地区",
    ],
)
def test_a_folder_of_a_column_is_a_year_a_group_or_an_agency(text: str) -> None:
    """Inside a column, years, groups of agencies and agencies are folders."""
    assert is_folder(text)


@pytest.mark.parametrize("text", ["首页", "联系我们", "政策文件", "上一页", "网站地图"])
def test_a_menu_entry_is_no_folder(text: str) -> None:
    """Inside a column, the entries of the site's menu are no folders."""
    assert not is_folder(text)


@pytest.mark.parametrize(
    "text",
    [
        "白杨街道2020年年报",
        "2020年信息公开",
        "白杨街道办事处2020年度政府信息公开工作年…",
        "白杨街道政府信息公开年报",
        "2020年白杨街道办事处",
        "白杨街道（2020年）",
    ],
)
def test_a_list_is_read_with_more_trust(text: str) -> None:
    """Inside a column, cut and careless titles are candidates too."""
    assert is_list_item(text)


@pytest.mark.parametrize(
    "text",
    [
        "2020年年报解读",
        "2020年",
        "政府信息公开年报",
        "2021年第三季度信息公开",
        "2020年政务公开工作计划",
        "白杨街道2020年权责清单公开",
    ],
)
def test_trust_has_an_end(text: str) -> None:
    """Inside a column, look-alikes, bare years and the column's own name are no reports."""
    assert not is_list_item(text)


@pytest.mark.parametrize("text", ["青石区白杨街道办事处20…", "白杨街道办事处2020年政府...", "青石区白杨街道… "])
def test_a_title_that_the_list_has_cut_may_be_a_report(text: str) -> None:
    """Inside a column, words that are cut off may be those of any title, and the page is asked."""
    assert is_cut_item(text)


@pytest.mark.parametrize("text", ["更多…", "…", "关于编制2020年年报的通知…", "白杨街道办事处2020年政府"])
def test_what_is_not_cut_or_no_report_is_not_asked(text: str) -> None:
    """A link to more, a title that names another thing, and words that are not cut are left to the other rules."""
    assert not is_cut_item(text)


@pytest.mark.parametrize(
    ("words", "row", "title"),
    [
        ("查看", "白杨街道2020年政府信息公开年报 查看", "白杨街道2020年政府信息公开年报"),
        ("下载", "12 白杨街道2020年政府信息公开年报 [2021-01-20] 查看 下载", "白杨街道2020年政府信息公开年报"),
        ("", "白杨街道2020年政府信息公开年报", "白杨街道2020年政府信息公开年报"),
        ("点击查看详情", "白杨街道2020年政府信息公开年报点击查看详情", "白杨街道2020年政府信息公开年报"),
        ("查看", "白杨街道2020年政府信息公开年报图解 查看", ""),
        ("查看", "", ""),
        ("白杨街道", "白杨街道2020年政府信息公开年报", ""),
    ],
)
def test_a_link_called_view_has_the_title_of_its_row(words: str, row: str, title: str) -> None:
    """Where a link only says 查看, the row says what there is to see; numbers and days are no part of it."""
    assert title_of_row(words, row) == title


@pytest.mark.parametrize(("words", "row"), [("点击查看", "白杨街道办事处 点击查看 点击查看"), ("", "财政局")])
def test_a_row_can_begin_with_an_agency(words: str, row: str) -> None:
    """In a table of agencies and years the first cell says whose report a cell is."""
    assert is_row_of_agency(words, row)


@pytest.mark.parametrize(
    ("words", "row"),
    [("点击查看", "春天的公园 点击查看"), ("2020年", "白杨街道办事处 2020年"), ("查看", "白杨街道办事处 查看 图解")],
)
def test_other_rows_and_other_words_name_no_agency(words: str, row: str) -> None:
    """A row of something else, a link with words of its own, and a look-alike are left to the other rules."""
    assert not is_row_of_agency(words, row)


@pytest.mark.parametrize("text", ["进入网站", "点击进入", "网站首页", "简体中文", "青石区人民政府门户网站", "ENTER"])
def test_the_way_through_a_splash_page_is_known(text: str) -> None:
    """A splash page's link names the site, or says what it does."""
    assert is_entrance(text)


@pytest.mark.parametrize("text", ["English", "无障碍浏览", "联系我们", ""])
def test_other_links_of_a_splash_page_are_no_way_in(text: str) -> None:
    """Other languages and services are not where one enters."""
    assert not is_entrance(text)


@pytest.mark.parametrize("text", ["镇街之窗", "街道乡镇", "部门网站", "区直部门", "部门街道"])
def test_agencies_may_have_sites_of_their_own(text: str) -> None:
    """A page of small sites is on the way, behind everything that speaks of disclosure."""
    assert 10 <= column_score(text) < column_score("公开目录")


@pytest.mark.parametrize("text", ["部门动态", "镇街动态", "街道概况", "办事机构"])
def test_news_of_agencies_is_no_way(text: str) -> None:
    """What is about agencies does not lead to them."""
    assert column_score(text) == 0


def test_what_may_tell_something_ranks_by_its_length() -> None:
    """Of pages held in reserve short names come before long ones, and notices are among them."""
    assert wide_score("公示公告", "/l/1/") == wide_score("网站地图", "/map.html") == 8
    assert 0 < wide_score("区政府推进政务公开工作提质增效", "/n/1.html") < wide_score("首页", "/xxgk/")


def test_a_page_is_a_report_by_its_parts() -> None:
    """Three of the parts that the form prescribes make a report; a news page that names one does not."""
    form = "二、主动公开政府信息情况 三、收到和处理政府信息公开申请情况 四、政府信息公开行政复议、行政诉讼情况"

    assert shows_report(form)
    assert not shows_report("今年以来，我区扎实做好依申请公开工作。")
