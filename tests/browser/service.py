"""A service with fixed answers for the browser to talk to: each question leads to one state of the widget."""

from __future__ import annotations

import html
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from werkzeug.serving import make_server

from kb_service.answers.results import Answer, ArticleRead, Question, Quote, RelatedArticle, Suggestion
from kb_service.app import create_app
from kb_service.content.article import Audience
from kb_service.questions.understanding import Correction
from kb_service.settings import Settings
from tests.record.builders import a_record
from tests.web.fakes import ARTICLE_ID, IDS, PASSAGE, FixedKnowledgeBase

TITLES: Final = (
    "Why are we billed for more seats?",
    "How do I reduce the number of seats?",
    "Do disabled staff still count as seats?",
)
SUGGESTED: Final = (  # each with its kind, article, address, title and topic
    (TITLES[0], "title", "a", "/articles/a", TITLES[0], "Seats & staff"),
    ("Reduce seats", "section", "a", "/articles/a#reduce", TITLES[0], "Seats & staff"),
    (TITLES[1], "question", "b", "/articles/b", TITLES[2], "Seats & staff"),
    ("Seats on a bill", "title", "c", "/articles/c", "Seats on a bill", "Bills"),
)
ARTICLE_HTML: Final = """
<p id="intro">Every seat that was bought is billed, whether somebody uses it or not.</p>
<h2 id="why">Why &amp; how</h2>
<p>A seat is a place for a member of staff. It costs the same <strong>empty or taken</strong>.</p>
<ol><li>Sign in at <code>https://&lt;yourdomain&gt;.kayako.com/admin</code>.</li><li>Open <b>Staff</b>, then
<b>Manage staff</b>.</li></ol>
<table><thead><tr><th>Seats</th><th>Active</th><th>Billed</th></tr></thead>
<tbody><tr><td>60</td><td>48</td><td>60</td></tr></tbody></table>
<h2 id="next">What next</h2>
<blockquote><p>Staff count exceeded. (3 &gt; 2).</p></blockquote>
<pre><code>swift.example.com/a/long/line/that/does/not/break/and/must/not/widen/the/page/at/three/hundred/pixels</code></pre>
<p>See <a href="/articles/reduce">how to reduce seats</a>.</p>
"""
GUIDE_HTML: Final = (
    """
<p id="intro">See <a href="https://e.example/seats">elsewhere</a>.</p>
<blockquote class="callout warning"><p><strong>Warning:</strong> Keep it.</p></blockquote>
<h2 id="why">Why &amp; how</h2>
<pre><code class="language-bash"><span class="hl-f">echo</span> <span class="hl-s">"60 &amp; more"</span>  \
<span class="hl-c"># seats</span>
</code></pre>
<table><thead><tr><th>Incomprehensibilities</th><th>Counterrevolutionaries</th><th>Uncharacteristically</th>
<th>Misunderstandings</th><th>Telecommunications</th><th>Responsibilities</th><th>Acknowledgements</th></tr></thead>
<tbody><tr><td>60</td><td>48</td><td>60</td><td>1</td><td>2</td><td>3</td><td>4</td></tr></tbody></table>
<p><img alt="The plan" src="../favicon.ico" width="400" height="200"></p>
"""
    + "<p>Text.</p>" * 20
    + '<h2 id="next">What next</h2>'
    + "<p>More text.</p>" * 40
)
PASSAGE_HTML: Final = """
<p><mark>Every seat that was bought is billed.</mark> Nobody has to <em>use</em> it.</p>
<h4>Steps</h4>
<ol start="3"><li>Open <strong>Staff</strong>:<ul><li>see <a href="/articles/reduce" rel="noopener noreferrer">how to
reduce seats</a>, or</li><li>press <code>Ctrl</code>.</li></ul></li><li>Wait.</li></ol>
<blockquote><p><strong>Note:</strong> 60 &gt; 48 &amp; more.</p></blockquote>
<table><thead><tr><th>Seats</th><th align="right">Billed</th></tr></thead>
<tbody><tr><td>60</td><td align="right">60</td></tr></tbody></table>
<pre><code>swift.example.com/a/long/line/that/does/not/break/and/must/not/widen/the/page/at/three/hundred/pixels
</code></pre>
<details open=""><summary>More</summary><p><img alt="The gear" src="/favicon.ico" width="64" height="64"></p></details>
"""
ARABIC_HTML: Final = """
<p id="why">يُحتسب كل مقعد تم شراؤه سواء استُخدم أم لا.</p>
<ol id="next"><li>افتح <b>الموظفون</b>.</li><li>اختر <b>إدارة الموظفين</b>.</li></ol>
<blockquote><p>تم تجاوز عدد الموظفين.</p></blockquote>
"""
HOSTILE: Final = (
    """<img src=x onerror="document.title='broken'">"><script>document.title='broken'</script>${1}{{2}}\u202e\u0000"""
)


class TalkingKnowledgeBase(FixedKnowledgeBase):
    """With suggestions that follow what is typed.

    The question "hostile" gets markup in every field, "structure" a passage with lists, a table, code and a picture,
    "broken" is a fault of the service.
    """

    def answer(self, question: Question) -> Answer:
        if question.text == "broken":
            raise ZeroDivisionError
        answer = super().answer(question)
        answer = msgspec.structs.replace(answer, query_id=IDS.new(1_795_000_000_000))
        if question.html and "structure" in question.text:
            first, *others = answer.passages
            first = msgspec.structs.replace(first, html=PASSAGE_HTML)
            other = msgspec.structs.replace(others[0], html=PASSAGE_HTML)
            answer = msgspec.structs.replace(answer, passages=(first, other))
        return _hostile(answer) if question.text == "hostile" else answer

    def article(self, article_id: str, *, audience: Audience = "public") -> ArticleRead:
        read = super().article(ARTICLE_ID, audience=audience)
        summary = msgspec.structs.replace(read.summary, id=article_id)
        if article_id == "hostile":
            summary = msgspec.structs.replace(summary, title=HOSTILE + "?", summary=HOSTILE)
        view = msgspec.structs.replace(read.view, html=ARTICLE_HTML)
        if article_id == "guide":
            view = msgspec.structs.replace(view, html=GUIDE_HTML)
        if article_id == "arabic":
            summary = msgspec.structs.replace(summary, title="لماذا ندفع مقابل مقاعد أكثر؟")
            view = msgspec.structs.replace(view, html=ARABIC_HTML)
        return msgspec.structs.replace(read, summary=summary, view=view)

    def suggest(
        self,
        typed: str,
        *,
        audience: Audience = "public",
        limit: int = 5,
        languages: Sequence[str] = (),
        sections: bool = False,
    ) -> tuple[Suggestion, ...]:
        found = [title for title in TITLES if typed.lower().strip() in title.lower()]
        if typed == "hostile":
            found = [HOSTILE, HOSTILE]
        if sections and typed == "seats":
            return tuple(
                Suggestion(text, kind, article, url, _marks(text, typed), title, topic)
                for text, kind, article, url, title, topic in SUGGESTED
            )
        return tuple(Suggestion(title, "title", "a", "/articles/a", _marks(title, typed)) for title in found[:limit])


def _marks(title: str, typed: str) -> tuple[tuple[int, int], ...]:
    start = title.lower().find(typed.lower().strip())
    return ((start, start + len(typed.strip())),)


def _hostile(answer: Answer) -> Answer:
    passage = msgspec.structs.replace(
        PASSAGE,
        title=HOSTILE,
        heading_path=(HOSTILE,),
        text="😀" + HOSTILE,
        url="javascript:document.title='broken'",
        marks=((1, 9), (5, 7), (900, 901), (-1, 4)),
        verified_at=date(1, 1, 1),
        html=f"<p><mark>{html.escape(HOSTILE[:8], quote=False)}</mark>{html.escape(HOSTILE[8:], quote=False)}</p>",
    )
    other = msgspec.structs.replace(passage, id="other#1", stale=True)
    return msgspec.structs.replace(
        answer,
        answer=Quote(HOSTILE[:8], passage.id, 1, 9),
        passages=(passage, other),
        corrections=(Correction(HOSTILE, HOSTILE),),
        related=(RelatedArticle("x", HOSTILE, "data:text/html,<script>alert(1)</script>"),),
    )


def origin_of(address: str) -> str:
    """Return the scheme, host and port of an address, which is what a policy names."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """Serve a WSGI application on a free loopback port; yield the port's number as text."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield str(server.server_port)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def make_service(folder: Path, host: str, *, path: str = "") -> tuple[Any, TalkingKnowledgeBase]:
    """Return the application, whose people reach it below `path`, and what answers; pages of `host` get live counts."""
    knowledge_base = TalkingKnowledgeBase()
    settings = Settings(
        rate_limit=False,
        contact_url="/support",
        base_url="http://help.example.com" + path,
        allowed_origins=("*", host),
    )
    app = create_app(settings, knowledge_base=knowledge_base, record=a_record(folder))
    return app, knowledge_base
