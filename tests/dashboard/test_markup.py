"""HTML that escapes by itself."""

from streamlit.testing.v1 import AppTest

from dashboard import links
from dashboard.components.markup import join, link, tag
from tests.dashboard.reader import Reader


def test_text_is_escaped_and_markup_is_kept() -> None:
    assert tag("p", '<b>x</b> & "y"', tag("b", "z")) == "<p>&lt;b&gt;x&lt;/b&gt; &amp; &quot;y&quot;<b>z</b></p>"


def test_attributes_are_escaped_and_empty_ones_left_out() -> None:
    assert tag("i", cls='a"b', title=None, hidden=True, data_x=1) == '<i class="a&quot;b" hidden data-x="1"></i>'


def test_lists_are_flattened_and_nothing_is_nothing() -> None:
    assert join("a", None, ["b", ["c", 1]]) == "abc1"


def test_links_lead_somewhere_also_without_a_click_handler() -> None:
    made = link(links.Target(page="province", region="410000"), "河南<", label="去")
    assert made.startswith('<a href="province?region=410000" aria-label="去" data-go="{&quot;page&quot;')
    assert made.endswith(">河南&lt;</a>")


def test_programme_pages_have_dashes_in_their_path() -> None:
    assert links.programme_page("culture_block", kpi="cb_blocks").as_payload() == {
        "page": "culture-block",
        "kpi": "cb_blocks",
    }


def test_what_is_shown_together_is_one_element_in_order() -> None:
    def page() -> None:
        from dashboard import links
        from dashboard.components import markup
        from dashboard.components.markup import link, tag

        with markup.together("both"):
            markup.show(tag("p", "先"), key="first")
            markup.show(link(links.Target(page="glossary"), "后"), key="second")
        with markup.together("nothing"):
            pass
        markup.show(tag("p", "自己"), key="alone")

    app = AppTest.from_function(page).run()
    assert not app.exception
    assert len(app.get("bidi_component")) == 1
    assert len(app.get("html")) == 1
    together = Reader(app).markup
    assert '<div class="st-key-first"><p>先</p></div><div class="st-key-second"><a href="glossary"' in together


def test_attribute_that_is_one_is_not_taken_for_true() -> None:
    assert tag("i", data_x=True) == "<i data-x></i>"
    assert tag("i", data_x=1) == '<i data-x="1"></i>'
    assert tag("i", data_x=1.0) == '<i data-x="1.0"></i>'
