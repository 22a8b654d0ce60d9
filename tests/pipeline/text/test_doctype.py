import pytest

from pipeline.text.doctype import declared_entities, end_of_doctype


@pytest.mark.parametrize(
    "doctype",
    [
        b"<!DOCTYPE rss>",
        b"<!DOCTYPE rss PUBLIC \"a>b\" '[>'>",
        b"<!DOCTYPE rss [<!-- ]> \" --><?x ]> ?><!ENTITY a ']>'>]>",
        b'<!DOCTYPE rss SYSTEM "rss.dtd" [<!ATTLIST rss b CDATA "]">]  >',
    ],
)
def test_where_a_doctype_ends(doctype: bytes) -> None:
    assert end_of_doctype(doctype + b"<rss>]></rss>", 0) == len(doctype)


@pytest.mark.parametrize("doctype", [b"<!DOCTYPE rss [", b"<!DOCTYPE rss '>", b"<!DOCTYPE <!-- >"])
def test_a_doctype_without_an_end(doctype: bytes) -> None:
    assert end_of_doctype(doctype, 0) is None


def test_what_is_declared() -> None:
    doctype = b"""<!DOCTYPE rss [
        <!ENTITY paper "Pier &#38; Post"> <!ENTITY one '1'> <!ENTITY empty "">
        <!ENTITY % part SYSTEM "part.ent"> <!ENTITY file SYSTEM "file:///x">
        <!ENTITY nested "&one;"> <!ENTITY marked "<b/>">
    ]>"""
    assert declared_entities(doctype) == {
        b"paper": b"Pier &amp; Post",
        b"one": b"1",
        b"empty": b"",
        b"file": None,
        b"nested": None,
        b"marked": None,
    }
