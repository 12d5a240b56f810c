"""The HTML of the servers made plain, whatever they send."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tertulia.networks.mastodon import text, translate
from tertulia.networks.mastodon.tests.fake import Fake

LINK = ('<a href="https://example.com/un/camino?x=1&amp;y=ñ" rel="nofollow"><span class="invisible">https://</span>'
        '<span class="ellipsis">example.com/un/cam</span><span class="invisible">ino?x=1&amp;y=ñ</span></a>')


@pytest.mark.parametrize(("html", "plain"), [
    ("", ""), ("<p></p>", ""), ("sin etiquetas", "sin etiquetas"),
    ("<p>Hola</p><p>adiós</p>", "Hola\n\nadiós"), ("<p>una<br>dos<br/>tres<br />cuatro</p>", "una\ndos\ntres\ncuatro"),
    ("<p>a &lt;b&gt; &amp; &quot;c&quot; &#39;d&#39; &ntilde; &#x1F956;</p>", "a <b> & \"c\" 'd' ñ 🥖"),
    (f"<p>Mira {LINK}, ya</p>", "Mira https://example.com/un/camino?x=1&y=ñ, ya"),
    ('<p><span class="h-card" translate="no"><a href="https://a.example/@ana" class="u-url mention">'
     "@<span>ana</span></a></span> hola</p>",
     "@ana hola"),
    ('<a href="https://a.example/tags/pan" class="mention hashtag" rel="tag">#<span>pan</span></a>', "#pan"),
    ('<a href="https://a.example/pan">la carta</a>', "la carta (https://a.example/pan)"),
    ('<a href="https://a.example/%C3%B1">a.example/ñ</a>', "https://a.example/%C3%B1"),
    ('<a href="javascript:alert(1)">pulsa</a>', "pulsa"), ("<a>nada</a>", "nada"),
    ('<a href="https://a.example">sin cerrar', "sin cerrar"),
    ("<ul><li>pan</li><li>café</li></ul>", "- pan\n- café"), ("<blockquote><p>cita</p></blockquote>y yo", "cita\n\ny yo"),
    ("<p>antes<script>alert('x')</script><style>p{}</style>después</p>", "antesdespués"),
    ("<p>roto <b>sin cerrar<p>otro", "roto sin cerrar\n\notro"), ("a < b y b > c", "a < b y b > c"),
    ("<p>nul\x00 bell\x07 esc\x1b</p>", "nul bell esc"), ("<p>n\u0303</p>", "ñ"), ("<p>👩‍👩‍👧 🇪🇸</p>", "👩‍👩‍👧 🇪🇸"),
    ("<p>مرحبا &rlm;שלום</p>", "مرحبا \u200fשלום"), ("</p></a></script>raro", "raro"), ("\ud800x", "x"),
    ("<!-- nota --><p>y <!DOCTYPE x>ya</p>", "y ya"),
])
def test_html_becomes_plain_text(html: str, plain: str) -> None:
    assert text.plain(html) == plain


@pytest.mark.parametrize("html", ["<p>" * 50_000, "<a href='https://a.example'>" * 20_000, "<" * 100_000, "&#" * 50_000,
                                  "<p>" + "x" * 2_000_000 + "</p>", "<li>" * 50_000 + "</li>" * 50_000])
def test_a_huge_or_hostile_text_is_read_without_falling(html: str) -> None:
    assert isinstance(text.plain(html), str)


def test_counting_a_huge_text_does_not_hang() -> None:
    assert text.count("https://a.example/" + ")" * 200_000) > 500
    assert text.count("@" * 200_000) == 200_000
    assert text.count("@a@" + "a." * 100_000) > 0


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(st.text(max_size=12), st.sampled_from([
    "@ana", "@ANA@otro.example", "https://a.example/x?y=1&z=ñ", "#pan", "\n", "\n\n\n", "\r\n", "<b>", "&amp;", "ß", "İ",
    "👩‍👩‍👧", "«»", "n\u0303", "\u200b", "\u00a0", "https://", "\x1b", "مرحبا",
])), max_size=8).map(" ".join))
def test_what_a_server_makes_of_a_text_is_known_again(written: str) -> None:
    shown = Fake._html(written.replace("\r\n", "\n").strip())
    assert text.exact(text.plain(shown)) == text.exact(written) or text.near(text.plain(shown), written)


@pytest.mark.parametrize(("told", "limits"), [
    ({}, (500, 4)), ({"max_toot_chars": 5000}, (5000, 4)),
    ({"configuration": {"statuses": {"max_characters": 1000, "max_media_attachments": 6}}}, (1000, 6)),
    ({"configuration": {"statuses": {}, "media_attachments": {"supported_mime_types": ["video/mp4"]}}}, (500, 4)),
    ({"configuration": None}, (500, 4)),
])
def test_the_limits_of_a_server_come_before_the_usual_ones(told: dict[str, object], limits: tuple[int, int]) -> None:
    from tertulia.networks.mastodon import Mastodon

    usual = Mastodon.manifest.limits
    kept = translate.limits_kept({"limits": translate.limits(told, usual)}, usual)
    assert (kept.characters, kept.pictures) == limits
    assert kept.picture_types == usual.picture_types


@pytest.mark.parametrize(("status", "said"), [
    ({"content": "<p>hola</p>", "spoiler_text": ""}, "hola"),
    ({"content": "<p>hola</p>", "spoiler_text": "Comida"}, "Comida\n\nhola"),
    ({"content": "", "spoiler_text": "Comida"}, "Comida"), ({"content": None, "spoiler_text": None}, ""), ({}, ""),
])
def test_a_warning_is_part_of_what_was_said(status: dict[str, object], said: str) -> None:
    assert translate.plain_text(status) == said


@pytest.mark.parametrize(("written", "iso"), [
    ("2026-03-29T01:30:00.000Z", "2026-03-29T01:30:00+00:00"), ("2026-03-29T03:30:00+02:00", "2026-03-29T01:30:00+00:00"),
    ("2026-03-29", "2026-03-29T00:00:00+00:00"), ("2026-03-29T01:30:00", "2026-03-29T01:30:00+00:00"),
])
def test_moments_are_in_utc(written: str, iso: str) -> None:
    moment = translate.moment(written)
    assert moment is not None
    assert moment.isoformat() == iso


@pytest.mark.parametrize("written", ["", "ayer", None])
def test_what_is_no_moment_is_none(written: str | None) -> None:
    assert translate.moment(written) is None
