"""Each page's main task: by mouse, by keyboard alone, on a phone, and without script."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browser import Visit, visit
from tests.support.data.pages_corpus import id_of
from tests.web.pages.conftest import PASSWORD, Newsroom


def sign_in(made: Visit, name: str, secret: str, following: str = "/") -> None:
    made.go(f"/login?next={following}")
    made.page.get_by_label("Name").fill(name)
    made.page.get_by_label("Password or key").fill(secret)
    made.page.get_by_role("main").get_by_role("button", name="Sign in").click()


def headings(made: Visit) -> list[str]:
    return made.page.locator(".hit h2").all_inner_texts()


@pytest.mark.parametrize("width", [390, 1440])
def test_search_narrow_and_open_by_mouse(browser: Browser, newsroom: Newsroom, width: int) -> None:
    with visit(browser, newsroom.base, width=width) as made:
        page = made.page
        made.go("/")
        page.get_by_label("Search all articles").fill("ferry")
        page.get_by_role("search").get_by_role("button").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("2 articles for"))
        page.get_by_role("navigation", name="Narrow down").get_by_text("The Harbour Post").click()
        expect(page.get_by_role("group", name="Chosen")).to_contain_text("The Harbour Post")
        page.get_by_role("group", name="Chosen").get_by_role("link").click()
        expect(page.get_by_role("group", name="Chosen")).to_have_count(0)
        page.get_by_role("link", name="Ferry sails again").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Ferry sails again")
        page.go_back()
        assert "ferry" in page.get_by_label("Search all articles").input_value()
        assert made.problems() == []


def test_search_and_open_by_keyboard_alone(desk: Visit) -> None:
    page = desk.page
    desk.go("/")
    page.keyboard.press("/")
    page.keyboard.type("harbour note")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("25 articles")
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.locator(".hit h2").nth(1).inner_text()
    assert page.evaluate("document.activeElement.closest('.hit h2') !== null")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(second)
    page.go_back()
    page.keyboard.press("n")
    expect(page.get_by_role("link", name="First page")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()


def test_pages_of_hits_have_each_article_once(desk: Visit) -> None:
    desk.go("/search?q=harbour+note")
    first = headings(desk)
    desk.page.get_by_role("link", name="Next page").click()
    expect(desk.page.get_by_role("link", name="First page")).to_be_visible()
    second = headings(desk)
    assert len(first) == 20
    assert len(set(first + second)) == 25


def test_without_script_everything_but_live_works(browser: Browser, newsroom: Newsroom) -> None:
    with visit(browser, newsroom.base, java_script_enabled=False) as made:
        made.go("/")
        made.page.get_by_label("Search all articles").fill("budget")
        made.page.get_by_role("search").get_by_role("button").click()
        assert headings(made) == ["Council passes the harbour budget"]
        made.page.get_by_role("link", name="Council passes").click()
        expect(made.page.get_by_role("link", name="Read at harbour.example")).to_be_visible()
        sign_in(made, "ada", PASSWORD)
        expect(made.page.get_by_text("ada")).to_be_visible()
        made.page.get_by_role("button", name="Dark").click()
        assert made.page.locator("html").get_attribute("data-theme") == "dark"


def test_a_mistake_in_a_query_is_shown_at_its_place(desk: Visit) -> None:
    assert desk.go('/search?q=ferry+AND+"harbour') == 400
    alert = desk.page.get_by_role("alert")
    expect(alert).to_contain_text("has no partner")
    alert.get_by_role("link", name="exactly these characters").click()
    assert desk.page.locator(".where").count() == 0


def test_a_search_without_hits_says_what_to_do(desk: Visit) -> None:
    desk.go("/search?q=ferry+zeppelin")
    expect(desk.page.get_by_role("heading", name="Nothing here matches")).to_be_visible()
    desk.page.get_by_role("link", name="Search any of the words").click()
    assert "Ferry sails again" in headings(desk)


def test_an_article_shows_its_dates_copies_and_versions(desk: Visit) -> None:
    page = desk.page
    desk.go(f"/articles/{id_of('ferry')}")
    expect(page.get_by_text("first publisher")).to_be_visible()
    page.locator("#elsewhere").get_by_role("link", name="Wire").click()
    expect(page.get_by_text("This is a copy of")).to_be_visible()
    page.go_back()
    page.get_by_text("What the page says").click()
    expect(page.get_by_role("rowheader", name="meta")).to_be_visible()
    page.get_by_role("link", name="Version 2").click()
    assert page.locator("del").all_inner_texts() == ["Monday ", ""] or page.locator("del").count()
    expect(page.locator("ins").first).to_contain_text("Tuesday")


def test_a_right_to_left_article_is_set_so(desk: Visit) -> None:
    desk.go(f"/articles/{id_of('port')}")
    article = desk.page.get_by_role("article")
    assert article.get_attribute("lang") == "ar"
    assert desk.page.get_by_role("heading", level=1).get_attribute("dir") == "rtl"


def test_a_source_is_paused_resumed_and_grouped(desk: Visit, newsroom: Newsroom) -> None:
    page = desk.page
    sign_in(desk, "", newsroom.key, "/sources")
    page.get_by_role("link", name="Wire", exact=True).click()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("status")).to_contain_text("paused")
    assert not newsroom.resources.registry.all()["wire"].enabled
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_role("status")).to_contain_text("asked again")
    page.get_by_label("Tags").fill("agency, world")
    page.get_by_role("button", name="Save tags").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    assert newsroom.resources.registry.all()["wire"].tags == ("agency", "world")


def test_subscriptions_go_out_and_come_in(desk: Visit, newsroom: Newsroom) -> None:
    page = desk.page
    sign_in(desk, "ada", PASSWORD, "/sources/subscriptions")
    with page.expect_download() as download:
        page.get_by_role("link", name="newsloom.opml").click()
    assert b"harbour.example/feed" in download.value.path().read_bytes()
    opml = '<opml version="2.0"><body><outline text="Isle" xmlUrl="https://isle.example/f"/></body></opml>'
    page.get_by_label("An OPML file").set_input_files(
        {"name": "list.opml", "mimeType": "text/xml", "buffer": opml.encode()}
    )
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("status")).to_contain_text("1 source added")
    page.goto(f"{newsroom.base}/sources")
    page.get_by_role("link", name="Isle").click()
    page.get_by_text("Remove", exact=True).click()
    page.get_by_role("button", name="Remove Isle").click()
    expect(page.get_by_role("status")).to_contain_text("removed")


def test_rejections_and_dead_letters_lead_down_to_their_urls(phone: Visit) -> None:
    page = phone.page
    phone.go("/pipeline")
    expect(page.locator(".sum")).to_contain_text("3 accepted")
    page.get_by_role("link", name="not an article").click()
    page.get_by_role("link", name="https://news.example/shop").click()
    expect(page.get_by_role("main")).to_contain_text("a list of links")
    phone.go("/pipeline")
    page.get_by_role("link", name="no connection").click()
    expect(page.get_by_role("link", name="https://news.example/away")).to_be_visible()


def test_a_url_is_traced(desk: Visit) -> None:
    assert desk.go("/trace?url=https://news.example/never-seen") == 404
    expect(desk.page.get_by_role("main")).to_contain_text("never announced")
    desk.page.get_by_label("Address or id").fill("https://news.example/ferry")
    desk.page.get_by_role("button", name="Trace it").click()
    desk.page.get_by_role("link", name="Read it").click()
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("Ferry sails again")


def test_signing_in_and_out(desk: Visit) -> None:
    page = desk.page
    sign_in(desk, "ada", "not the password", "/sources")
    expect(page.get_by_role("alert")).to_contain_text("not the password of this name")
    sign_in(desk, "ada", PASSWORD, "/sources")
    assert page.url.endswith("/sources")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()


def test_new_articles_come_by_themselves_and_wait_to_be_asked_for(
    desk: Visit, newsroom: Newsroom
) -> None:
    from tests.support.data.pages_corpus import made  # noqa: PLC0415

    page = desk.page
    desk.go("/")
    expect(page.get_by_role("status")).to_contain_text("Watching")
    fresh = made("fresh", "Fresh from the quay", "It came just now.")
    newsroom.resources.index.put([fresh.model_copy(update=_just_now())])
    expect(page.get_by_role("status")).to_have_text("1 new article", timeout=10_000)
    assert "Fresh from the quay" not in headings(desk)
    page.get_by_role("button", name="Show them").click()
    assert headings(desk)[0] == "Fresh from the quay"
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("status")).to_have_text("Paused.")


def _just_now() -> dict[str, object]:
    from datetime import UTC, datetime  # noqa: PLC0415

    now = datetime.now(UTC)
    return {"first_seen": now, "fetched_at": now, "published": now}


def test_a_page_weighs_little(desk: Visit) -> None:
    sizes: list[int] = []
    desk.page.on("response", lambda response: sizes.append(len(response.body())))
    desk.go("/search?q=harbour")
    desk.page.wait_for_load_state("networkidle")
    assert sum(sizes) < 100_000  # bytes before compression; the budget of 60 kB is after it
