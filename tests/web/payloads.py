"""Texts that would run a script if a page took them for anything but text: ways to be run, times ways out of where a text stands.

Each calls ran(). `tests/web/test_hostile.py` shows first that they do run where nothing is escaped, then that none runs on our pages.
"""

from __future__ import annotations

# Out of text, attributes of both quotes, elements whose content is text, comments, data blocks and template languages.
WAYS_OUT = ("", '">', "'>", "</title>", "</textarea>", "</script>", "-->", "]]>", "</select>", "'\"` ")
RUNNING = (
    "<script>ran()</script>",
    "<img src=x: onerror=ran()>",
    "<svg onload=ran()>",
    "<svg><script>ran()</script></svg>",
    "<details open ontoggle=ran()><summary>x</summary></details>",
    "<input autofocus onfocus=ran()>",
    "<video><source onerror=ran()></video>",
    "<audio src=x: onerror=ran()></audio>",
    "<iframe srcdoc='<script>parent.ran()</script>'></iframe>",
    "<iframe src=javascript:parent.ran()></iframe>",
    "<object data=javascript:ran()></object>",
    "<a href=javascript:ran() id=hostile>x</a>",
    "<style>@import 'javascript:ran()'</style><b onmouseover=ran()>x</b>",
    "<math><mtext><img src=x: onerror=ran()></mtext></math>",
)
# What no element is needed for: attributes, template languages, addresses, letters that reorder or end a line.
OTHERS = (
    '" onmouseover="ran()" x="',
    "' onfocus='ran()' autofocus x='",
    "` onerror=ran() `",
    "javascript:ran()",
    "java\tscript:ran()",
    "data:text/html,<script>ran()</script>",
    "{{ ''.__class__.__mro__ }}",
    "{% for x in [] %}{% endfor %}{{ 7*7 }}",
    "${ran()}",
    "<%= ran() %>",
    '";ran();//',
    "');ran();//",
    "\u2028ran()\u2029",
    "\u202e)(nar=rorreno x=crs gmi<",
    "<scr<script>ipt>ran()</scr</script>ipt>",
    "&lt;script&gt;ran()&lt;/script&gt;",
    "%3Cscript%3Eran()%3C/script%3E",
    "<ScRiPt>ran()</sCrIpT>",
    "＜script＞ran()＜/script＞",
    "<base href='https://example.invalid/'>",
    "<meta http-equiv=refresh content='0;url=javascript:ran()'>",
    "<form action='https://example.invalid/'><button id=hostile>x",
)

PAYLOADS = [way + running for running in RUNNING for way in WAYS_OUT] + list(OTHERS)
