"""The captions of an article's own pictures."""

import pytest

from tasks.reading.body import Block
from tasks.reading.locate import locate_blocks
from tasks.reading.page import parse_page
from tasks.reading.pictures import Picture, find_image_caption, find_pictures, list_captions
from tasks.reading.segments import segment_page

FIGURE = "<figure><img src=/uploads/{0}-nursery-2026.jpg><figcaption>A nursery in {0}</figcaption></figure>"
TEASER = f"<div><a href=/other>{FIGURE.format('Linfold')}</a></div>"


def find(before: str = "", between: str = "", after: str = "", around: str = "{}") -> list[Picture]:
    """Finds the pictures of a page with a text of two paragraphs."""
    body = f"{before}<div class=body><p>Inspectors came.</p>{between}<p>They saw.</p></div>{after}"
    article = around.format(f"<article><h1>A visit</h1>{body}</article>")
    tree = parse_page(f"<html><body>{article}</body></html>".encode(), "utf-8")
    assert tree is not None
    segments = segment_page(tree)
    blocks = [Block("paragraph", "Inspectors came."), Block("paragraph", "They saw.")]
    return find_pictures(segments, locate_blocks(blocks, segments))


@pytest.mark.parametrize("place", ["before", "between"])
@pytest.mark.parametrize(
    ("markup", "captions"),
    [
        pytest.param(FIGURE.format("Harwick"), ["A nursery in Harwick"], id="figure"),
        pytest.param(
            "<figure><img src=a.jpg><figcaption><span>A nursery</span><span>(Image: PA)</span></figcaption></figure>",
            ["A nursery (Image: PA)"], id="credit in brackets beside it",
        ),
        pytest.param(
            "<figure><img src=a.jpg><figcaption><span>Home, 2026.</span><span>Photo: PA</span></figcaption></figure>",
            ["Home, 2026. Photo: PA"], id="credit beside it",
        ),
        pytest.param(
            "<figure><img src=a.jpg><figcaption>A nursery. <span class=credit>Photo: PA</span></figcaption></figure>",
            ["A nursery. Photo: PA"], id="credit within",
        ),
        pytest.param(
            "<figure><img src=a.jpg><figcaption>A nursery</figcaption><p class=copyright>© PA</p></figure>",
            ["A nursery © PA"], id="credit beside",
        ),
        pytest.param(
            "<div class=wp-caption><img src=a.jpg><p class=wp-caption-text>A nursery</p></div>", ["A nursery"],
            id="class",
        ),
        pytest.param(
            f"<figure class=gallery>{FIGURE.format('Harwick')}{FIGURE.format('Linfold')}</figure>",
            ["A nursery in Harwick", "A nursery in Linfold"], id="gallery",
        ),
        pytest.param(FIGURE.format("Harwick") * 2, ["A nursery in Harwick"], id="twice"),
        pytest.param(f"<a href=/large.jpg>{FIGURE.format('Harwick')}</a>", ["A nursery in Harwick"], id="enlarged"),
        pytest.param("<p class=caption>A nursery</p>", [], id="no picture"),
        pytest.param("<figure><img src=a.jpg><figcaption>Hide caption</figcaption></figure>", [], id="control"),
        pytest.param("<figure><img src=a.jpg><figcaption>01:40 - Source: PA</figcaption></figure>", [], id="player"),
        pytest.param(
            "<figure><a href='http://[bad'><img src=a.jpg><figcaption>A nursery</figcaption></a></figure>", [],
            id="broken link",
        ),
        pytest.param("<figure><img src=a.jpg><figcaption>.</figcaption></figure>", [], id="no word"),
        pytest.param("<figure hidden><img src=a.jpg><figcaption>A nursery</figcaption></figure>", [], id="hidden"),
        pytest.param(TEASER, [], id="in a link"),
        pytest.param("<figure><img src=a.jpg><figcaption><a href=/b>Other</a></figcaption></figure>", [], id="a link"),
        pytest.param(f"<aside>{FIGURE.format('Harwick')}</aside>", [], id="aside"),
        pytest.param(f"<div class=related-story>{FIGURE.format('Harwick')}</div>", [], id="related"),
        pytest.param(
            "<figure><img src=a.jpg><figcaption><h3>Other story</h3>A nursery</figcaption></figure>", [], id="heading"
        ),
        pytest.param(
            "<figure class=author><img src=a.jpg><figcaption>Ann Day, reporter</figcaption></figure>", [], id="author"
        ),
    ],
)  # fmt: skip
def test_captions_of_own_pictures_are_found(place: str, markup: str, captions: list[str]) -> None:
    """A caption has a picture and its credit; other articles', authors' and hidden pictures have none of ours."""
    assert list(list_captions(find(**{place: markup}))) == captions


def test_pictures_behind_the_text_must_stand_in_its_element() -> None:
    """A gallery at the end of the text's element is the article's; what follows that element is not."""
    figure = FIGURE.format("Harwick")
    assert list_captions(find(between=f"{figure}", after=FIGURE.format("Linfold"))) == ("A nursery in Harwick",)
    assert find(around="{}" + figure) == []
    assert find(around=figure + "{}") == []


@pytest.mark.parametrize(
    ("image_url", "caption"),
    [
        ("https://cdn.example/resize/Harwick-nursery-2026.jpg?width=1200", "A nursery in Harwick"),
        ("https://cdn.example/Harwick-nursery-2026-1024x576.jpg", "A nursery in Harwick"),
        ("https://cdn.example/Harwick-nursery-2026.webp", "A nursery in Harwick"),
        ("https://cdn.example/Eastmarsh-nursery-2026.jpg", None),
        ("https://cdn.example/", None),
        ("https://[", None),
        (None, None),
    ],
)
def test_the_lead_images_caption_is_that_of_its_picture(image_url: str | None, caption: str | None) -> None:
    """The picture is known by its file's name in any size; another picture's caption is not taken for it."""
    pictures = find(before=FIGURE.format("Harwick"), between=FIGURE.format("Linfold"))
    assert find_image_caption(pictures, image_url) == caption


def test_a_common_name_is_known_by_its_path() -> None:
    """`lead.jpg` in two folders are two pictures; one picture with two captions has none that is clearly its own."""
    markup = "<figure><img src={}><figcaption>{}</figcaption></figure>"
    pictures = find(before=markup.format("/a/lead.jpg", "One"), between=markup.format("/b/lead.jpg", "Two"))
    assert find_image_caption(pictures, "https://cdn.example/b/lead.jpg") == "Two"
    pictures = find(before=markup.format("/a/lead.jpg", "One"), between=markup.format("/a/lead.jpg", "Two"))
    assert find_image_caption(pictures, "https://cdn.example/a/lead.jpg") is None


def test_a_page_whose_text_stands_nowhere_has_no_captions() -> None:
    """Without a place of the text nothing tells its own pictures from others'."""
    assert find_pictures([], [()]) == []
