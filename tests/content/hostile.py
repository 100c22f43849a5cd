"""Markdown and HTML that tries to run scripts, and what rendered HTML may hold."""

from __future__ import annotations

import re
from html.parser import HTMLParser

ATTRIBUTES = {
    "a": {"href", "title", "rel", "id"},
    "abbr": {"title"},
    "blockquote": {"class"},
    "code": {"class"},
    "details": {"open"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "span": {"class"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan"},
}
TAGS = set(
    "a abbr b blockquote br caption cite code dd del details dfn dl dt em h1 h2 h3 h4 h5 h6 hr i img ins kbd label li "
    "mark ol p pre q s samp small span strong sub summary sup table tbody td tfoot th thead tr u ul var".split()
)

PAYLOADS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//e.example/x.js></SCRIPT >",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script\n>alert(1)</script\n>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "<img src=x onerror=alert(1)>",
    "<img src='x' onerror='alert(1)'//",
    "<img\tsrc=x\nonerror\n=\nalert(1)>",
    '<img src=x:x "onerror=alert(1)">',
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<math href='javascript:alert(1)'>x</math>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data=data:text/html,x></object><embed src=x>",
    "<form action=javascript:alert(1)><button>x</button><input autofocus onfocus=alert(1)>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<body onload=alert(1)><base href=//e.example>",
    "<link rel=stylesheet href=//e.example/x.css><meta http-equiv=refresh content='0;url=//e.example'>",
    "<style>*{background:url(//e.example)}</style>",
    "<p style='position:fixed;inset:0' onclick=alert(1) class=x id=y data-x=z>x</p>",
    "<details open ontoggle=alert(1)><summary onclick=alert(1)>x</summary></details>",
    "<video><source onerror=alert(1)></video><audio src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' java\nscript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt&colon;alert(1)'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD4='>x</a>",
    "<a href='vbscript:x' target=_blank download ping=//e.example>x</a>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<textarea><img title='</textarea><img src=x onerror=alert(1)>'></textarea>",
    "<title><img title='</title><img src=x onerror=alert(1)>'></title>",
    "<template><script>alert(1)</script></template><slot name=x onslotchange=y>",
    "<custom-element onclick=alert(1)>x</custom-element>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?php echo 1 ?><!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>&y;",
    "[x](javascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](JAVASCRIPT&#58;alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    '[x](//e.example/ "t\\" onmouseover=alert(1)")',
    "[x](https://e.example 't\" onmouseover=\"alert(1)')",
    "[x][r]\n\n[r]: javascript:alert(1) 'title'",
    "<javascript:alert(1)>",
    '<https://e.example/"onclick=alert(1)>',
    "<mailto:a@b.example?subject=<script>alert(1)</script>>",
    "![x](javascript:alert(1))",
    '![x](x "\\" onerror=\\"alert(1)")',
    '![" onerror=alert(1) "](x)',
    "![x](data:image/svg+xml,<svg onload=alert(1)>)",
    "# x {#y onclick=alert(1)}",
    "x\n{: onclick=alert(1) style=x }",
    "## <a name='\"><img src=x onerror=alert(1)>'></a> x",
    "`<script>alert(1)</script>`",
    "```html onclick=alert(1)\n</code></pre><script>alert(1)</script>\n```",
    "<pre>\n</pre><script>alert(1)</script>\n</pre>",
    "| <img src=x onerror=alert(1)> | b |\n|---|---|\n| [x](javascript:alert(1)) | <svg onload=x> |",
    "<table><tr><td onmouseover=alert(1) colspan=99999999 style=x>x</table>",
    "term\n: <svg onload=alert(1)>",
    "> <div onclick=alert(1)>\n> [x](vbscript:x)",
    "<div markdown=1 onclick=alert(1)>\n\n[x](javascript:alert(1))\n\n</div>",
    "<b><p><table><a><b><i><p><li><tr>",
    "\ue0000\ue001 \ue002x\ue003 \x02wzxhzdk:0\x03 \x02amp\x03",
    "<x" * 50 + ">" * 50,
    "{{ constructor.constructor('alert(1)')() }} ${alert(1)} <%= 1 %>",
    "<supportagent onclick=alert(1)>x</supportagent><img src=x onerror=alert(1)>",
]
CONTEXTS = (
    "{}",
    "text {} text",
    "- a\n- {}",
    "| a |\n|---|\n| {} |",
    "> {}",
    "# {}",
    "[{}](https://e.example)",
    "![{}](x.png)",
    "<details><summary>{}</summary>\n\n{}\n\n</details>",
    "---\ntitle: |\n  {}\n---\ntext",
)
CLASS = re.compile(r"callout (note|tip|important|warning|danger)|language-[a-z0-9#+-]+|hl-[a-z]")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)


class _Faults(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.found.append(tag)
        for name, value in attributes:
            if name not in ATTRIBUTES.get(tag, set()) | {"id", "data-audience"}:
                self.found.append(f"{tag} {name}")
            if name == "class" and not CLASS.fullmatch(value or ""):
                self.found.append(f"{tag} {name}={value}")
            scheme = _SCHEME.match(re.sub(r"[\t\n\r]", "", value or "").lstrip("".join(map(chr, range(33)))))
            if name in {"href", "src"} and scheme and scheme[1].lower() not in {"http", "https", "mailto"}:
                self.found.append(f"{tag} {name}={value}")

    def handle_comment(self, data: str) -> None:
        self.found.append(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        self.found.append(f"declaration {decl}")

    def handle_pi(self, data: str) -> None:
        self.found.append(f"instruction {data}")


def faults(html: str) -> list[str]:
    """Return what a piece of HTML holds that it must not hold."""
    parser = _Faults()
    parser.feed(html)
    parser.close()
    return parser.found
