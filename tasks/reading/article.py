"""One news page, from the captured bytes to the columns of `articles`, or to the reason why it is no article."""

from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from storage.outcomes import Outcome
from tasks.reading.body import Block, drop_further_articles, join_blocks, keep_in_container, read_with_trafilatura
from tasks.reading.bylines import BylinePlaces, find_byline
from tasks.reading.dates import DatePlaces, describe_dates, find_modified, find_published
from tasks.reading.furniture import clear_furniture, drop_labelled_links
from tasks.reading.headline import find_headline, find_headline_area
from tasks.reading.locate import locate_blocks
from tasks.reading.main_text import find_facts, find_main_text
from tasks.reading.markdown import write_markdown
from tasks.reading.metadata import (
    find_canonical_url,
    find_image_url,
    find_language,
    find_section,
    find_tags,
    read_meta,
)
from tasks.reading.page import Article, PageInput, ReadingRules, Rejected, parse_page
from tasks.reading.pictures import drop_captions, find_image_caption, find_pictures, list_captions
from tasks.reading.rejection import judge_page, measure_linked
from tasks.reading.segment_features import PageFacts
from tasks.reading.segments import Segment, segment_page
from tasks.reading.selection import Selection, apply_selectors
from tasks.reading.site_memory import drop_remembered
from tasks.reading.standfirst import find_standfirst
from tasks.reading.structure import mark_blocks
from tasks.reading.structured_data import find_article, find_page, read_structured_data
from tasks.reading.text import compute_text_digest, count_words, squeeze_spaces
from tasks.reading.titles import find_site_names, find_title
from tasks.reading.walls import find_wall


def read_article(page: PageInput, rules: ReadingRules) -> Article | Rejected:
    """Reads the article of a page by the rules of its source; gives the outcome and reason where there is none."""
    tree = parse_page(page.body, page.charset)
    if tree is None:
        return Rejected(Outcome.NOT_AN_ARTICLE, "the page is empty")
    nodes, meta = read_structured_data(tree), read_meta(tree)
    node = find_article(nodes, page.url)
    site_names = find_site_names(meta, nodes, rules, page.url)
    selection = apply_selectors(tree, rules)
    title = selection.title or find_title(tree, meta, node, site_names, page.url, page.listed_title)
    headline = find_headline(tree, title)
    area = find_headline_area(headline)
    byline = find_byline(BylinePlaces(tree, node, nodes, area, selection.byline), site_names)
    standfirst = selection.standfirst or find_standfirst(tree, meta, node, headline, area)
    facts = find_facts(title, meta, node)
    segments = segment_page(tree)
    found = _read_text(selection, segments if selection.body is tree else None, headline, facts)
    others = drop_remembered(found, rules.memory, (title, standfirst, facts.description))
    own = drop_labelled_links(drop_captions(others, segments), segments)
    shown = squeeze_spaces(headline.text_content()) if headline is not None else None
    blocks = clear_furniture(own, said=(title, shown, standfirst), authors=byline.names)
    text = join_blocks(blocks)
    words = count_words(text)
    stands = locate_blocks(blocks, segments)
    rejected = judge_page(tree, title, words, measure_linked(blocks, stands, segments))
    if rejected:
        return rejected
    pictures = find_pictures(segments, stands)
    image_url = find_image_url(meta, node, page.url)
    zone = ZoneInfo(rules.timezone)
    places = DatePlaces(tree, node, find_page(nodes), meta, area, selection.date)
    published = find_published(page, places, zone)
    modified = find_modified(page, places, zone, published)
    return Article(
        title=title,
        standfirst=standfirst,
        authors=byline.names,
        **describe_dates(published, modified),
        section=selection.section or find_section(meta, node, nodes, site_names, title),
        tags=find_tags(tree, meta, node),
        language=find_language(tree, text, rules.language),
        image_url=image_url,
        canonical_url=find_canonical_url(tree, meta, page),
        text=text,
        markdown=write_markdown(mark_blocks(blocks, stands, segments, page.url)),
        text_digest=compute_text_digest(text),
        word_count=words,
        author_roles=tuple(person.role for person in byline.people),
        author_organisations=byline.organisations,
        captions=list_captions(pictures),
        image_caption=find_image_caption(pictures, image_url),
        wall=find_wall(node, meta, segments, stands),
    )


def _read_text(
    selection: Selection, segments: list[Segment] | None, headline: HtmlElement | None, facts: PageFacts
) -> list[Block]:
    """Reads the text; where a source's selectors say where it is, trafilatura only sorts out what is in there."""
    if selection.is_restricted:
        return read_with_trafilatura(selection.body)
    segments = segment_page(selection.body) if segments is None else segments
    found = drop_further_articles(find_main_text(selection.body, segments, facts), headline)
    return keep_in_container(found, headline)
