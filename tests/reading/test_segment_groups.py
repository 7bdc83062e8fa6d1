"""What a line has in common with others of its page."""

import numpy as np
from lxml.html import HtmlElement

from tasks.reading.page import parse_page
from tasks.reading.segment_groups import measure_distances, measure_kin
from tasks.reading.segments import segment_page

PAGE = """<html><body><nav><a href=/>Menu</a></nav><main><div class=text><p>One.</p><p>Two.</p></div>
<div class=more><p>Three.</p><p class=credit>Four.</p></div></main><footer>Five.</footer></body></html>"""


def find_elements() -> list[HtmlElement]:
    """Finds the elements of the page's six lines."""
    tree = parse_page(PAGE.encode(), "utf-8")
    assert tree is not None
    return [segment.place.element for segment in segment_page(tree)]


def test_lines_of_equal_tags_and_classes_are_kin() -> None:
    """Kin are counted, and their text, links and ends are shared; the class of the element above tells them apart."""
    text, links, ends = (np.array(row) for row in ([0, 10, 30, 8, 0, 0], [1.0, 0, 0.5, 0, 0, 0], [0, 1, 0, 1, 1, 1]))
    kin = measure_kin(find_elements(), text.astype(float), links, ends.astype(float))
    assert kin["kin"].tolist() == [np.log1p(count) for count in (1, 2, 2, 1, 1, 1)]
    assert kin["kin_text"].tolist() == [0, 1, 1, 0.2, 0, 0]
    assert kin["kin_links"].tolist() == [1, 0.25, 0.25, 0, 0, 0]
    assert kin["kin_ends"].tolist() == [0, 0.5, 0.5, 1, 1, 1]
    assert kin["kin_before"].tolist() == [0, 0, 1, 0, 0, 0]
    assert kin["kin_behind"].tolist() == [0, 1, 0, 0, 0, 0]


def test_the_distance_is_counted_up_to_what_holds_the_main_text_too() -> None:
    """A line in the element that holds the share of text has distance 0; one elsewhere, the levels up to both."""
    distances = measure_distances(find_elements(), np.array([0.0, 30, 30, 10, 10, 0]))
    assert distances["outside_0.5"].tolist() == [2, 0, 0, 1, 1, 2]
    assert distances["outside_0.9"].tolist() == [1, 0, 0, 0, 0, 1]


def test_a_long_line_counts_no_more_than_others() -> None:
    """One endless line, as a notice under the article, does not make its element the main one."""
    distances = measure_distances(find_elements(), np.array([0.0, 50, 50, 0, 0, 9000]))
    assert distances["outside_0.5"].tolist() == [2, 0, 0, 1, 1, 2]


def test_a_page_without_sentences_has_distances() -> None:
    """Where no line is a sentence, every element holds all of them: there is no error."""
    assert len(measure_distances(find_elements(), np.zeros(6))["outside_0.3"]) == 6
