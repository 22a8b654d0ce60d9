"""What stands between documents as they are published and a parser."""

import time

import pytest
from lxml import etree

from pipeline.discover.xml import UnsafeXml, mended
from pipeline.discover.xml_walk import name_of, namespace_of


def text_of(content: bytes, content_type: str = "") -> str:
    root = etree.fromstring(mended(content, content_type))
    return "".join(map(str, root.itertext()))


WORDS = "Новости: паром снова опоздал, порт закрыт до утра, жители недовольны"


@pytest.mark.parametrize(
    ("content_type", "declared", "encoding"),
    [
        ("", "", "utf-8"),
        ("", "", "utf-8-sig"),
        ("", "windows-1251", "cp1251"),
        ("", "", "cp1251"),
        ("", "utf-8", "koi8-r"),
        ("", "utf-16", "utf-16"),
        ("", "", "utf-16-le"),
        ("", "", "utf-16-be"),
        ("", "utf-16", "utf-8"),
        ("", "x-nonsense", "utf-8"),
        ("text/xml; charset=windows-1251", "", "cp1251"),
        ("text/xml; charset=windows-1251", "utf-8", "cp1251"),
        ("text/xml; charset=utf-8", "windows-1251", "cp1251"),
        ("text/xml; charset=us-ascii", "windows-1251", "cp1251"),
        ("text/xml; charset=windows-1251", "koi8-r", "cp1251"),
        ("text/xml; charset=iso-8859-1", "windows-1251", "utf-8"),
        ("text/xml", "", "utf-8"),
    ],
)
def test_the_charset_is_the_one_in_which_the_bytes_make_sense(
    content_type: str, declared: str, encoding: str
) -> None:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    assert text_of(f"{declaration}<rss>{WORDS}</rss>".encode(encoding), content_type) == WORDS


def test_a_bracket_is_never_half_a_letter() -> None:
    assert text_of("<rss><title>Café</title><b/></rss>".encode("latin-1")) == "Café"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a=1&b=2&copy=3", "a=1&b=2&copy=3"),
        ("Q&A AT&T & co", "Q&A AT&T & co"),
        ("&nbsp;&eacute;&mdash;", "\xa0é—"),
        ("&amp;&lt;&gt;&quot;&apos;", "&<>\"'"),
        ("&amp;nbsp;", "&nbsp;"),
        ("&LT;&AMP;", "<&"),
        ("&nosuchname;", "&nosuchname;"),
        ("&#233;&#xE9;&#38;&#60;", "éé&<"),
        ("&#146;&#0;&#x1F;", "’\ufffd"),
        ("<![CDATA[a & b &nbsp; ] ]] <i>]]>&nbsp;", "a & b &nbsp; ] ]] <i>\xa0"),
        ("<!-- & <![CDATA[ -->&nbsp;", "\xa0"),
        ("a\x08b\x00c\uffff", "abc"),
    ],
)
def test_references_and_characters_that_xml_does_not_know(written: str, read: str) -> None:
    assert text_of(f"<rss>{written}</rss>".encode()) == read


def test_prefixes_that_nobody_declared_keep_names_apart() -> None:
    root = etree.fromstring(
        mended(b'<rss xmlns:b="urn:b"><media:title/><b:title/><title/><dc:date/></rss>')
    )
    assert [(namespace_of(str(child.tag)), name_of(child.tag)) for child in root] == [
        ("urn:undeclared:media", "title"),
        ("urn:b", "title"),
        ("", "title"),
        ("http://purl.org/dc/elements/1.1/", "date"),
    ]


ENTITY = '<!ENTITY a "ha">'


@pytest.mark.parametrize(
    "doctype",
    [
        f"<!DOCTYPE rss [{ENTITY}]>",
        f'<!DOCTYPE rss [<!ATTLIST rss b CDATA "]">{ENTITY}]>',
        f"<!DOCTYPE rss [<!-- ] -->{ENTITY}]>",
        f'<!DOCTYPE rss SYSTEM ">" [{ENTITY}]>',
        f"<!DOCTYPE rss PUBLIC '[' \">\" [{ENTITY}]>",
        f"<!-- <rss> -->\n<?x <rss> ?><!DOCTYPE rss [{ENTITY}]>",
        f"<!DOCTYPE a><!DOCTYPE rss [{ENTITY}]>",
        f"Warning: <br/>\n<?xml version='1.0'?><!DOCTYPE rss [{ENTITY}]>",
        '<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://a.example/">%p;]>',
    ],
    ids=range(9),
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_declarations_are_taken_off_wherever_they_stand(doctype: str, encoding: str) -> None:
    document = mended(f"{doctype}<rss>&a;</rss>".encode(encoding))
    assert b"<!DOCTYPE rss" not in document
    written = "&a;" if 'SYSTEM "http' in doctype else "ha"
    assert text_of(document) == written


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
        '<!ENTITY b "x"><!ENTITY a "&b;&b;">',
        '<!ENTITY a "<b/>">',
        f'<!ENTITY a "{"x" * 201}">',
    ],
)
def test_an_entity_that_is_no_short_text_may_be_declared_but_not_used(declared: str) -> None:
    assert text_of(f"<!DOCTYPE rss [{declared}]><rss>x</rss>".encode()) == "x"
    with pytest.raises(UnsafeXml, match="entities"):
        mended(f"<!DOCTYPE rss [{declared}]><rss>&a;</rss>".encode())


def test_entities_stand_for_little_in_all() -> None:
    document = f'<!DOCTYPE rss [<!ENTITY a "{"x" * 100}">]><rss>%s</rss>'
    assert text_of((document % ("&a;" * 90)).encode()) == "x" * 9_000
    with pytest.raises(UnsafeXml, match="entities"):
        mended((document % ("&a;" * 110)).encode())


@pytest.mark.parametrize(
    "document",
    ["<!DOCTYPE rss [<!ENTITY a 'ha'>", "<!DOCTYPE a [<!ENTITY b 'c'>]>" * 5],
    ids=["endless", "many"],
)
def test_declarations_without_an_end_are_refused(document: str) -> None:
    with pytest.raises(UnsafeXml, match="entities"):
        mended(f"{document}<rss/>".encode())


@pytest.mark.parametrize(
    "document",
    [
        '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://my.netscape.com/rss-0.91.dtd"><rss>x</rss>',
        "<rss><![CDATA[<!DOCTYPE rss [<!ENTITY a 'ha'>]>]]></rss>",
        "<!-- <!DOCTYPE rss [<!ENTITY a 'ha'>]> --><rss/>",
    ],
)
def test_what_declares_no_entity_is_no_danger(document: str) -> None:
    assert etree.fromstring(mended(document.encode())).tag == "rss"


@pytest.mark.parametrize(
    "document",
    ["<![CDATA[" * 400_000, "&" * 3_000_000, "<!--" * 800_000, "<!DOCTYPE '" * 300_000,
    "<a:b " * 600_000,
     "<?" * 1_500_000, "<" * 3_000_000, "&#x1;" * 600_000,
     "".join(f"<p{n}:a>" for n in range(300_000))],
    ids=["cdata", "ampersands", "comments", "doctypes", "prefixed", "instructions", "brackets",
         "references", "many"],
)  # fmt: skip
def test_hostile_documents_are_mended_in_linear_time(document: str) -> None:
    started = time.process_time()
    mended(b"<rss>" + document.encode())
    mended(document.encode())
    assert time.process_time() - started < 8
