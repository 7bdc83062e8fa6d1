"""Where answers send us."""

from datetime import UTC, datetime

from hypothesis import example, given
from hypothesis import strategies as st

from storage.records import Exchange
from tasks.web.errors import RefusedAddressError
from tasks.web.redirects import get_redirect_target

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@given(st.text())
@example("http://xn--/")
@example("http://[")
@example("//x:99999999/")
def test_location_of_any_text_leads_somewhere_or_is_refused(location: str) -> None:
    """No header of a server stops the run."""
    exchange = Exchange("https://a.test/", NOON, (), status=301, response_headers=[("Location", location)])
    try:
        target = get_redirect_target(exchange)
    except RefusedAddressError:
        return
    assert target is None or target.scheme in ("http", "https")
