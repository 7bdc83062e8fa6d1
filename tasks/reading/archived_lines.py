"""The lines of an archived page, in a worker process: what a site's memory is learned from."""

from tasks.reading.capture import ArchivedJob, load_body, read_body
from tasks.reading.page import Article, parse_page
from tasks.reading.segments import segment_page
from tasks.reading.site_memory import PageLines, digest_page
from tasks.web.body import read_content_type


def read_lines(job: ArchivedJob) -> PageLines | None:
    """Reads the lines of an archived page and of the text on it; None where it is no article.

    Raises ArchiveError where the WARC file does not hold it, FetchError where its body cannot be unpacked.
    """
    sent = load_body(job)
    article = read_body(sent).content
    if not isinstance(article, Article):
        return None
    tree = parse_page(sent.body, read_content_type(sent.content_type)[1])
    return None if tree is None else digest_page(segment_page(tree), article.text)
