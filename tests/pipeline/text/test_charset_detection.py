from pipeline.text.charset_detection import detected_charset, is_mostly_beyond_ascii

PAGE = b'<html><body class="a story" id="main"><p>%s</p><a href="/home.html">Home</a></body></html>'
LETTER = "Дорогие соседи, собрание переносится на субботу, приходите все, кто может помочь."


def test_markup_of_a_page_plays_no_part() -> None:
    page = PAGE % LETTER.encode("koi8_r")
    assert detected_charset(page) == detected_charset(LETTER.encode("koi8_r")) == "koi8-r"
    assert is_mostly_beyond_ascii(page)


def test_charsets_of_central_europe_and_turkey_are_told_apart() -> None:
    for text, charset in [
        ("Żeglarze wrócili do portu, gdyż wieczorem zaczął wiać silny północny wiatr.", "cp1250"),
        ("Balıkçılar akşamüstü çıkan şiddetli poyraz yüzünden limana geri döndü.", "cp1254"),
        ("Pêcheurs et dockers ont trouvé un accord, a annoncé le préfet à midi.", "cp1252"),
    ]:
        page = PAGE % text.encode(charset)
        found = detected_charset(page)
        assert found is not None
        assert page.decode(found) == page.decode(charset)


def test_western_text_has_few_letters_beyond_ascii() -> None:
    assert not is_mostly_beyond_ascii(PAGE % "Une réunion a été décidée".encode("cp1252"))


def test_nothing_is_detected_in_nothing() -> None:
    assert detected_charset(b"") is None
    assert detected_charset(bytes(range(128, 256)) * 3) != "utf-8"


def test_a_long_page_is_sampled() -> None:
    assert detected_charset((PAGE % LETTER.encode("cp1251")) * 500) == "cp1251"
