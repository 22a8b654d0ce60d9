"""Which charset a page is really in."""

import pytest

from pipeline.text.charset import declared, decode, is_unreadable

TEXT = "<p>Die Fähre fährt wieder über den Großen Sund, sagt die Hafenbehörde.</p>"
JAPANESE = "<p>港湾局は月曜日に渡し船の運航を再開すると発表した。</p>"


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (TEXT.encode(), "text/html; charset=iso-8859-1"),  # labels lie
        (TEXT.encode("cp1252"), "text/html; charset=ISO-8859-1"),
        (TEXT.encode("cp1252"), "text/html; charset=utf-8"),
        (b"\xef\xbb\xbf" + TEXT.encode(), "text/html; charset=cp1252"),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), ""),
        (b'<meta charset="windows-1252">' + TEXT.encode("cp1252"), "text/html"),
    ],
)
def test_a_german_page_is_read_whatever_its_label(content: bytes, content_type: str) -> None:
    assert decode(content, content_type).endswith(TEXT)


@pytest.mark.parametrize("charset", ["shift_jis", "euc-jp", "iso-2022-jp"])
def test_japanese_charsets_are_read_by_their_labels(charset: str) -> None:
    assert decode(JAPANESE.encode(charset), f"text/html; charset={charset}") == JAPANESE


def test_a_few_broken_places_do_not_change_the_charset() -> None:
    content = TEXT.encode() * 5 + b"\xe4"
    assert decode(content, "") == TEXT * 5 + "\ufffd"


def test_labels_are_those_of_the_web_in_order_of_rank() -> None:
    page = b'<?xml version="1.0" encoding="gb2312"?><meta charset="latin1">'
    assert declared(page, "text/html; charset=Shift_JIS") == ("cp932", "cp1252", "gb18030")
    assert declared(b"<meta charset=rot13><meta charset=utf-8>", "text/html; charset=none") == ()


@pytest.mark.parametrize(
    "page",
    [
        b'<script src="a.js" charset="koi8-r"></script>',
        b'<link rel="stylesheet" href="a.css" charset=koi8-r>',
        b'<!-- <meta charset="koi8-r"> -->',
        b'<script>load("a", {charset: "koi8-r"}); var charset="koi8-r"</script>',
    ],
)
def test_only_a_meta_element_speaks_for_the_page(page: bytes) -> None:
    assert declared(page, "text/html") == ()
    named = page + b'<meta http-equiv="Content-Type" content="text/html; charset=euc-kr">'
    assert declared(named, "text/html") == ("cp949",)


KOREAN = "<p>섬으로 가는 배는 내일 아침부터 다시 다니고, 표는 항구에서 살 수 있다고 한다.</p>"
CHINESE = "<p>码头管理处星期五宣布，开往小岛的渡船明天早上恢复航行，船票可以在港口购买。</p>"
TAIWANESE = "<p>碼頭管理處星期五宣布，開往小島的渡船明天早上恢復航行，船票可以在港口購買。</p>"
RUSSIAN = "<p>Завтра утром паром на остров снова пойдёт, билеты продают в порту.</p>"


@pytest.mark.parametrize("label", ["", "text/html; charset=utf-8", "text/html; charset=iso-8859-1"])
@pytest.mark.parametrize(
    ("text", "charset"),
    [
        (JAPANESE, "iso-2022-jp"), (JAPANESE, "shift_jis"), (JAPANESE, "euc_jp"),
        (KOREAN, "cp949"), (CHINESE, "gb18030"), (TAIWANESE, "big5"),
        (RUSSIAN, "cp1251"), (RUSSIAN, "koi8_r"),
    ],
)  # fmt: skip
def test_charsets_that_nothing_declares_rightly_are_found(
    text: str, charset: str, label: str
) -> None:
    content = (text * 3).encode(charset)
    assert decode(content, label) == text * 3


def test_two_wrong_labels_are_as_wrong_as_one() -> None:
    page = f'<meta charset="utf-8">{KOREAN}'
    assert decode(page.encode("cp949"), "text/html; charset=ISO-8859-1") == page


def test_a_right_label_holds_for_a_text_with_a_broken_place() -> None:
    content = (TAIWANESE * 5).encode("big5") + b"\xa4"
    assert decode(content, "text/html; charset=big5") == TAIWANESE * 5 + "\ufffd"


def test_few_letters_beyond_ascii_are_no_east_asian_text() -> None:
    content = "<p>Der Dampfer für die Insel fährt morgen früh.</p>".encode("cp1252")
    assert decode(content, "text/html; charset=utf-8") == content.decode("cp1252")


def test_a_text_of_replacement_characters_is_unreadable() -> None:
    assert is_unreadable("\ufffd\ufffd \ufffd 12")
    assert not is_unreadable("a caf\ufffd by the harbour")
    assert not is_unreadable("")


def test_nothing_fails() -> None:
    assert decode(bytes(range(256)), "text/html; charset=hex")
    assert decode(b"", "") == ""


def test_an_escape_of_seven_bit_japanese_in_utf_8_is_no_charset() -> None:
    assert decode("Müller \x1b$B".encode(), "text/xml").startswith("Müller")
