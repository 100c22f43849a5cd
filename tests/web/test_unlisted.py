"""An unlisted article has a page, which robots do not keep, and stands in no list."""

import msgspec

from kb_service.app import create_app
from kb_service.knowledge_base import KnowledgeBase
from kb_service.settings import Settings
from tests.builders import an_article
from tests.fakes import FixedStaffCounter
from tests.index.memory_engine import MemoryEngine


def test_an_unlisted_article_is_read_at_its_address_alone() -> None:
    engine = MemoryEngine()
    gift = msgspec.structs.replace(an_article("gift", "A voucher is a gift."), unlisted="`unlisted: true`")
    engine.replace_all([gift, an_article("seats", "Seats are billed monthly.")])
    base = KnowledgeBase(engine, staff_counter=FixedStaffCounter({}))
    settings = Settings(base_url="https://help.example", rate_limit=False, model=None)
    client = create_app(settings, knowledge_base=base).test_client()
    noindex = '<meta name="robots" content="noindex">'

    assert noindex in client.get("/articles/gift").text
    assert noindex not in client.get("/articles/seats").text
    assert client.get("/api/v1/articles/gift").get_json()["text"] == "A voucher is a gift."
    for path in ("/", "/sitemap.xml", "/api/v1/articles", "/api/v1/search?q=voucher", "/api/v1/suggest?q=gift"):
        assert "voucher is" not in client.get(path).text
        assert "/articles/gift" not in client.get(path).text
