import pytest

from crawler.words import column_score, is_cut_item, is_folder, is_list_item, is_report_title, shows_report

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
    ],
)
def test_what_leads_nowhere_is_not_followed(text: str, path: str) -> None:
    """A link that is neither a column nor on the way scores 0."""
    assert column_score(text, f"http://www.example.gov.cn{path}") == 0


@pytest.mark.parametrize(
    "text", ["2020年", "2020", "2020年度", "白杨街道", "白杨街道办事处", "区财政局", "街道乡镇", "区政府部门"]
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
    ],
)
def test_a_list_is_read_with_more_trust(text: str) -> None:
    """Inside a column, cut and careless titles are candidates too."""
    assert is_list_item(text)


@pytest.mark.parametrize("text", ["2020年年报解读", "2020年", "政府信息公开年报", "2021年第三季度信息公开"])
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


def test_a_page_is_a_report_by_its_parts() -> None:
    """Three of the parts that the form prescribes make a report; a news page that names one does not."""
    form = "二、主动公开政府信息情况 三、收到和处理政府信息公开申请情况 四、政府信息公开行政复议、行政诉讼情况"

    assert shows_report(form)
    assert not shows_report("今年以来，我区扎实做好依申请公开工作。")
