# SPDX-License-Identifier: MIT
"""The report as a reader's program sees it."""

import re
from base64 import b64decode
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
import study_sections as sections

from tanpo.study.output import figures, report
from tanpo.study.output.figures import Picture
from tanpo.study.output.report import Report

VOID = {"img", "meta", "br"}
EVIL = "<script>alert('x & y')</script>"


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    children: "list[Element | str]" = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its own and its children's, spaces as they show."""
        parts = [each if isinstance(each, str) else each.text for each in self.children]
        return " ".join("".join(parts).split())

    def all(self, *tags: str) -> "list[Element]":
        """Those inside with one of these tags, in order."""
        found = []
        for child in self.children:
            if isinstance(child, Element):
                found += ([child] if child.tag in tags or not tags else []) + child.all(*tags)
        return found

    def one(self, tag: str) -> "Element":
        (found,) = self.all(tag)
        return found


class Parser(HTMLParser):
    """A tree; every element but void ones is closed where it must be."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.stack = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.stack[-1].children.append(element)
        if tag not in VOID:
            self.stack.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self.stack[-1].children.append(data)


def parsed(text: str) -> Element:
    parser = Parser()
    parser.feed(text)
    parser.close()
    assert len(parser.stack) == 1
    return parser.stack[0].one("html")


COMPARISON = pd.DataFrame(
    [
        ["normal", "5 securities, no threshold", "calls", "0.98", "1.00", "as published", ""],
        [
            "turmoil",
            "1 security, 2 % threshold",
            "calls",
            "0.31",
            "0.28 to 0.37",
            "as <b>",
            "A & B",
        ],
    ],
    columns=list(report.COMPARED),
)


def pictures_of(shown: Report) -> dict[str, Picture]:
    """Of all its sections."""
    return {section.name: figures.picture_of(section) for section in shown.sections}


@pytest.fixture(scope="module")
def whole() -> Report:
    return Report(
        "Collateral and thresholds",
        ("Five are better than one.", "A threshold costs credit."),
        {"seed": "7", "command": "tanpo study --out DIR"},
        COMPARISON,
        sections.every(),
        ("All calls equal the reference model's.",),
        ("A window is 21 business dates.", "Gaps are filled."),
    )


@pytest.fixture(scope="module")
def text(whole: Report) -> str:
    return report.render(whole, pictures_of(whole))


@pytest.fixture(scope="module")
def page(text: str) -> Element:
    return parsed(text)


def test_render__sections__each_once_in_order(whole: Report, page: Element) -> None:
    titles = [element.text for element in page.all("h2")]
    assert titles == [
        "Summary",
        "Contents",
        "What was published, and what this study finds",
        *(section.title for section in whole.sections),
        "What was checked",
        "The rules",
        "To run it again",
    ]
    assert page.one("h1").text == page.one("title").text == "Collateral and thresholds"
    assert page.attributes["lang"] == "en"
    assert len(page.all("figure")) == len(page.all("img")) == len(whole.sections)
    everything = page.text
    for section in whole.sections:
        assert all(finding in everything for finding in section.findings)
        assert all(note in everything for note in section.notes)
        assert everything.count(f"tables/{section.name}.csv") == 1


def test_render__texts__summary_checks_rules_settings(page: Element) -> None:
    def items(name: str, tag: str) -> list[str]:
        (section,) = (each for each in page.all("section") if each.attributes["id"] == name)
        return [each.text for each in section.all(tag)]

    assert items("summary", "p") == ["Five are better than one.", "A threshold costs credit."]
    assert items("checks", "li") == ["All calls equal the reference model's."]
    assert items("rules", "li") == ["A window is 21 business dates.", "Gaps are filled."]
    assert items("settings", "dt") == ["seed", "command"]
    assert items("settings", "dd") == ["7", "tanpo study --out DIR"]


def test_render__comparison__cells_exact(page: Element) -> None:
    table = page.all("table")[0]
    head, *rows = [[cell.text for cell in row.all("th", "td")] for row in table.all("tr")]
    assert head == list(report.COMPARED.values())
    assert rows == COMPARISON.to_numpy().tolist()


def test_render__identifiers__unique_and_linked(page: Element) -> None:
    found = [each.attributes["id"] for each in page.all() if "id" in each.attributes]
    assert len(found) == len(set(found))
    links = [each.attributes["href"] for each in page.all("a")]
    assert links
    assert all(link[:1] == "#" and link[1:] in found for link in links)
    named = [each.attributes.get("aria-labelledby") for each in page.all()]
    assert set(filter(None, named)) <= set(found)


def test_render__tables__accessible(page: Element) -> None:
    for table in page.all("table"):
        assert table.one("caption").text
        heads, *rows = table.all("tr")
        assert {each.attributes.get("scope") for each in heads.all("th", "td")} == {"col"}
        for row in rows:
            cells = row.all("th", "td")
            assert len(cells) == len(heads.all("th"))
            assert cells[0].tag == "th"
            assert {each.attributes["scope"] for each in row.all("th")} == {"row"}


def test_render__figures__alternative_text_and_caption(whole: Report, page: Element) -> None:
    for number, (section, figure) in enumerate(
        zip(whole.sections, page.all("figure"), strict=True), 1
    ):
        alternative = figure.one("img").attributes["alt"]
        assert alternative.endswith(" ".join(section.findings))
        assert len(alternative) > len(" ".join(section.findings)) + 10
        caption = figure.one("figcaption").text
        assert caption == f"Figure {number}. {figures.reading(section.chart)}"
    assert page.all("img")[0].attributes["alt"].startswith(
        "Lines of Net credit amount and Margin calls over threshold (% of the required value) "
        "for 1 security and 5 securities in normal times, sharp fall, sharp rise, "
    )  # fmt: skip


def test_render__figures__whole_documents(page: Element) -> None:
    for image in page.all("img"):
        kind, data = image.attributes["src"].split(";base64,")
        assert kind == "data:image/svg+xml"
        assert ElementTree.fromstring(b64decode(data)).tag.endswith("svg")


def test_render__network__never(text: str, page: Element) -> None:
    style = page.one("style").text
    assert not re.search(r"@import|url\(|//", style.replace("/*", "").replace("*/", ""))
    for element in page.all():
        for name, value in element.attributes.items():
            assert "//" not in value or element.tag == "img", (element.tag, name)
    assert not {each.tag for each in page.all()} & {"script", "link", "iframe", "object", "base"}
    policy = page.all("meta")[3].attributes["content"]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert len(text) < 6_000_000


def test_render__light_dark_print__all_there(page: Element) -> None:
    style = page.one("style").text
    assert "prefers-color-scheme: dark" in style
    assert "@media print" in style
    assert page.all("meta")[1].attributes["content"] == "width=device-width, initial-scale=1"


def test_render__markup_in_texts__escaped(whole: Report) -> None:
    section = sections.tails()
    table = section.table.assign(series=EVIL, unit=EVIL)
    evil = replace(
        whole,
        title=EVIL,
        summary=(EVIL,),
        settings={EVIL: EVIL},
        comparison=COMPARISON.assign(cause=EVIL),
        sections=[
            replace(section, title=EVIL, findings=(EVIL,), notes=(EVIL,), table=table, x_label=EVIL)
        ],
        checks=(EVIL,),
        rules=(EVIL,),
    )
    page = parsed(report.render(evil, pictures_of(evil)))
    assert not page.all("script")
    assert page.one("h1").text == EVIL
    assert EVIL in page.one("img").attributes["alt"]


def test_render__large_svg__png_instead(whole: Report) -> None:
    picture = figures.Picture(b"png", b" " * 250_001)
    one = replace(whole, sections=[sections.tails()])
    page = parsed(report.render(one, {"tails": picture}))
    assert page.one("img").attributes["src"] == "data:image/png;base64,cG5n"


def test_render__missing_texts__empty_cells(whole: Report) -> None:
    comparison = COMPARISON.assign(cause=[None, float("nan")])
    page = parsed(report.render(replace(whole, comparison=comparison, sections=[]), {}))
    assert [row.all("td")[-1].text for row in page.one("tbody").all("tr")] == ["", ""]


def test_report__same_name_twice__refused(whole: Report) -> None:
    with pytest.raises(ValueError, match="two sections are named tails"):
        replace(whole, sections=[sections.tails(), sections.tails()])


def test_report__comparison_column_missing__refused(whole: Report) -> None:
    with pytest.raises(ValueError, match="the comparison lacks verdict, cause"):
        replace(whole, comparison=COMPARISON.drop(columns=["verdict", "cause"]))


def test_write__folder__report_figures_tables(whole: Report, text: str, tmp_path: Path) -> None:
    two = replace(whole, sections=whole.sections[2:4])
    pictures = pictures_of(two)
    path = report.write(two, pictures, tmp_path / "out")
    assert path == tmp_path / "out/report.html"
    assert path.read_text(encoding="utf-8") == report.render(two, pictures)
    names = {str(each.relative_to(path.parent)) for each in path.parent.rglob("*.*")}
    assert names == {
        "report.html",
        *(
            f"figures/{name}.{kind}"
            for name in ("published", "frontier")
            for kind in ("png", "svg")
        ),
        *(
            f"tables/{name}.{kind}"
            for name in ("published", "frontier", "comparison")
            for kind in ("csv", "parquet")
        ),
    }
