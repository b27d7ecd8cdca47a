"""Charts: well-formed, told in words and as a table, escaped, without style attributes, never a zero for a gap."""

from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.template import engines
from django.utils.safestring import SafeString

from portal.core import charts
from portal.core.documents import html_to_pdf

HOSTILE = '<script>alert(1)</script>"&'
POINTS = [("华东", Decimal("12.50")), (HOSTILE, 3), ("西北", None), ("退回", -4)]
LABELS = ["1月", "2月", "3月"]
SERIES = {"批准": [1, None, 3], HOSTILE: [Decimal("2.5"), 0, 1]}
DRAWN = {
    "bar": charts.bar_chart(HOSTILE, POINTS, unit="件"),
    "line": charts.line_chart("趋势", LABELS, SERIES),
    "stacked": charts.stacked_chart("构成", LABELS, SERIES),
    "heat": charts.heat_map("热力", ["周一", HOSTILE], LABELS, [[1, 2, None], [0, 5, 9]]),
    "pareto": charts.pareto_chart("帕累托", POINTS[:3]),
    "waterfall": charts.waterfall_chart("瀑布", [("申报", 100), ("扣减", -35)], total_label="批准"),
    "radar": charts.radar_chart("雷达", ["一", "二", "三", "四"], {"本站": [80, 90, None, 120]}),
    "fishbone": charts.fishbone(HOSTILE, {"人": ["培训"], "机": [HOSTILE], "料": []}),
    "zeros": charts.bar_chart("零", [("a", 0)]),
}


@pytest.mark.parametrize("name", DRAWN)
def test_every_chart_is_well_formed_told_and_tabled(name: str) -> None:
    tree = ElementTree.fromstring(DRAWN[name])

    assert isinstance(DRAWN[name], SafeString)
    assert tree.find("div/svg/title") is not None
    assert tree.find("div/svg/desc").text
    assert tree.find("details/table/tbody") is not None
    assert "<script" not in DRAWN[name]
    assert "style=" not in DRAWN[name]
    assert "NaN" not in DRAWN[name]
    assert "inf" not in DRAWN[name]


def test_a_chart_of_nothing_says_so() -> None:
    tree = ElementTree.fromstring(charts.bar_chart("空", []))

    assert (tree.tag, tree.get("class"), bool(tree.text)) == ("p", "empty", True)


def test_labels_are_cut_by_their_width() -> None:
    assert charts.short("2026-11", 7) == "2026-11"
    assert charts.short("杭州西湖服务站", 8) == "杭州西…"


def test_a_missing_value_is_a_gap_and_a_dash() -> None:
    tree = ElementTree.fromstring(DRAWN["bar"])

    assert len(tree.findall("div/svg/rect")) == 3
    assert [cell.text for cell in tree.findall("details/table/tbody/tr/td")] == ["12.50", "3", "–", "-4"]


def test_a_waterfall_ends_with_the_sum_of_its_steps() -> None:
    tree = ElementTree.fromstring(DRAWN["waterfall"])

    assert [cell.text for cell in tree.findall("details/table/tbody/tr/td")] == ["100", "-35", "65"]


def test_a_pareto_ranks_and_adds_up_to_the_whole() -> None:
    rows = ElementTree.fromstring(DRAWN["pareto"]).findall("details/table/tbody/tr")

    assert rows[0].find("th").text == "华东"
    assert rows[-1].findall("td")[1].text == "100%"


def test_the_tags_draw_the_same_in_a_template_and_on_paper() -> None:
    page = engines["django"].from_string('{% load charts %}{% bar_chart "零" points %}').render({"points": [("a", 0)]})

    assert page == DRAWN["zeros"]
    assert html_to_pdf(DRAWN["radar"]).startswith(b"%PDF")
