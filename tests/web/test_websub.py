"""The callbacks over real HTTP: what hubs and strangers send, and what becomes of it."""

import logging
import time
from collections.abc import Callable

import pytest

import web.websub
from pipeline.sources.subscription import State, Subscription
from pipeline.urls import url_id
from tests.support.servers.hub import TOPIC, Hub, sha
from tests.support.servers.raw_http import connected, post, raw, status_of
from tests.support.subscriber import Subscriber, feed
from tests.support.world import wait_until

VERIFY = {"mode": "subscribe", "topic": TOPIC, "challenge": "c-h+a%l/é&", "lease_seconds": "864000"}


def test_a_verification_of_our_request_gets_its_challenge_back(
    subscriber: Subscriber, hub: Hub, pending: Subscription
) -> None:
    for _ in range(2):  # the first answer may have been lost
        answer = hub.ask(subscriber.callback(pending), **VERIFY, unknown="x")
        assert (answer.status, answer.body) == (200, VERIFY["challenge"].encode())
    assert subscriber.known().state is State.ACTIVE


@pytest.mark.parametrize(
    "changed",
    [
        {"topic": TOPIC + "/"},
        {"topic": ""},
        {"mode": "unsubscribe"},
        {"mode": "Subscribe"},
        {"mode": ""},
        {"challenge": ""},
        {"lease_seconds": "0"},
        {"lease_seconds": "-5"},
        {"lease_seconds": "soon"},
        {"lease_seconds": "١٢"},
        {"lease_seconds": "9" * 400},
    ],
)
def test_any_other_verification_is_refused(
    subscriber: Subscriber, hub: Hub, pending: Subscription, changed: dict[str, str]
) -> None:
    answer = hub.ask(subscriber.callback(pending), **{**VERIFY, **changed})
    assert answer.status == 404
    assert VERIFY["challenge"].encode() not in answer.body
    assert subscriber.known().state is State.PENDING


def test_a_lease_that_is_not_named_is_the_one_we_asked_for(
    subscriber: Subscriber, hub: Hub, pending: Subscription
) -> None:
    asked = {name: value for name, value in VERIFY.items() if name != "lease_seconds"}
    assert hub.ask(subscriber.callback(pending), **asked).status == 200
    assert subscriber.known().lease_end == pytest.approx(time.time() + 864_000, abs=5)


def test_nobody_can_unsubscribe_us(subscriber: Subscriber, hub: Hub, active: Subscription) -> None:
    assert hub.ask(subscriber.callback(active), **{**VERIFY, "mode": "unsubscribe"}).status == 404
    assert subscriber.known().state is State.ACTIVE


def test_a_denial_of_another_topic_changes_nothing(
    subscriber: Subscriber, hub: Hub, active: Subscription
) -> None:
    callback = subscriber.callback(active)
    assert hub.ask(callback, mode="denied", topic="http://press.example/x").status == 404
    assert subscriber.known().state is State.ACTIVE
    assert hub.ask(callback, mode="denied", topic=TOPIC, reason="closed").status == 200
    assert (subscriber.known().state, subscriber.known().error) == (
        State.DENIED,
        "the hub denied the subscription: closed",
    )
    assert hub.push(callback, feed("late"), active.secret).status == 410


@pytest.mark.parametrize(
    "token", ["x", "A" * 32, "A" * 65, "..%2f..%2fetc", "é" * 32, "*", "A" * 32 + "/more"]
)
def test_a_callback_that_is_not_ours_is_not_found(
    subscriber: Subscriber, hub: Hub, token: str
) -> None:
    callback = f"{subscriber.base}/websub/" + "".join(
        f"%{b:02x}" if b > 127 else chr(b) for b in token.encode()
    )
    assert hub.ask(callback, **VERIFY).status == 404
    assert hub.push(callback, feed("x")).status == 404
    assert subscriber.resources.stores.subscriptions.all() == []


@pytest.mark.parametrize("method", ["sha256", "sha384", "sha512", "SHA256"])
def test_a_signed_push_is_in_the_frontier_and_sent_on_when_it_is_answered(
    subscriber: Subscriber, hub: Hub, active: Subscription, method: str
) -> None:
    hub.sign = lambda secret, body: sha(secret, body, method)
    assert [delivery.status for delivery in hub.publish(feed("one", "two"))] == [202]
    assert [subscriber.state_of("one"), subscriber.state_of("two")] == ["queued", "queued"]
    wait_until(lambda: len(subscriber.dispatched) == 1, seconds=5, what="the links are sent on")
    known = subscriber.known()
    assert (known.pushes, known.hints, known.bad_signatures) == (1, 0, 0)
    assert known.last_push == known.last_new == pytest.approx(time.time(), abs=5)
    entry = subscriber.resources.stores.ledger.entry(url_id("http://press.example/one"))
    assert entry is not None
    assert (entry.link.source, entry.link.found_in) == (active.source, TOPIC)


BAD: dict[str, Callable[[str, bytes], str | None]] = {
    "none": lambda _secret, _body: None,
    "empty": lambda _secret, _body: "",
    "sha1 of another body": lambda secret, body: sha(secret, body + b" ", "sha1"),
    "md5": lambda secret, body: sha(secret, body, "md5"),
    "another secret": lambda secret, body: sha(secret + "x", body),
    "another body": lambda secret, body: sha(secret, body + b" "),
    "another method": lambda secret, body: sha(secret, body, "sha512").replace("sha512", "sha256"),
    "cut": lambda secret, body: sha(secret, body)[:-2],
    "no method": lambda secret, body: sha(secret, body).partition("=")[2],
    "unknown method": lambda secret, body: sha(secret, body).replace("sha256", "shake_128"),
    "no digest": lambda _secret, _body: "sha256=",
    "odd letters": lambda _secret, _body: "sha256=\xe9\xff",
}


@pytest.mark.parametrize("kind", [*BAD])
def test_a_push_without_a_right_signature_is_answered_ignored_and_counted(
    subscriber: Subscriber, hub: Hub, active: Subscription, kind: str
) -> None:
    before, hub.sign = subscriber.next_poll(), BAD[kind]
    (delivery,) = hub.publish(feed("forged"))
    known = subscriber.known()
    assert delivery.status == 202
    assert subscriber.state_of("forged") is None
    assert (known.pushes, known.bad_signatures, known.last_push) == (0, 1, active.last_push)
    assert known.error != ""
    assert (subscriber.dispatched, subscriber.next_poll()) == ([], before)


def test_a_push_that_is_signed_weakly_is_not_read_but_has_its_source_polled(
    subscriber: Subscriber, hub: Hub, active: Subscription
) -> None:
    before, hub.sign = subscriber.next_poll(), lambda secret, body: sha(secret, body, "sha1")
    (delivery,) = hub.publish(feed("one"))
    known = subscriber.known()
    assert delivery.status == 202
    assert subscriber.state_of("one") is None
    assert (known.pushes, known.hints, known.bad_signatures) == (1, 1, 0)
    assert "SHA-1" in known.error
    assert before is not None
    assert (due := subscriber.next_poll()) is not None
    assert due < before
    assert active.token == known.token


def test_a_replayed_push_changes_nothing(
    subscriber: Subscriber, hub: Hub, active: Subscription
) -> None:
    body = feed("one")
    for _ in range(3):
        assert hub.push(subscriber.callback(active), body, active.secret).status == 202
    totals = subscriber.resources.stores.ledger.totals()
    assert (totals.accepted, totals.queued) == (1, 1)
    wait_until(lambda: subscriber.dispatched, seconds=5, what="the first is sent on")
    assert len(subscriber.dispatched) == 1
    entry = subscriber.resources.stores.ledger.entry(url_id("http://press.example/one"))
    assert entry is not None
    assert entry.visits == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"ping",
        feed(),
        b'<!DOCTYPE r [<!ENTITY a "&b;">]><rss>&a;</rss>',
        b"\x00" * 1000,
        b"{" * 5000,
    ],
)
@pytest.mark.usefixtures("active")
def test_a_signed_push_that_holds_no_feed_has_it_polled_now_but_not_again_and_again(
    subscriber: Subscriber, hub: Hub, body: bytes
) -> None:
    assert subscriber.next_poll() > time.time() + 800
    assert [delivery.status for delivery in hub.publish(body)] == [202]
    assert subscriber.next_poll() <= time.time()
    subscriber.poll()
    hub.publish(body)
    assert subscriber.next_poll() == pytest.approx(time.time() + 30, abs=5)
    assert (subscriber.known().hints, subscriber.known().pushes) == (2, 2)


@pytest.mark.usefixtures("active")
def test_a_pushed_entry_that_cannot_be_followed_is_refused_with_its_reason(
    subscriber: Subscriber, hub: Hub
) -> None:
    bad = feed("good").replace(
        b"</channel>", b"<item><link>javascript:alert(1)</link></item></channel>"
    )
    hub.publish(bad)
    assert subscriber.state_of("good") == "queued"
    assert "javascript" in (subscriber.resources.stores.ledger.refusal("javascript:alert(1)") or "")


def test_after_the_lease_a_push_is_gone(subscriber: Subscriber, hub: Hub) -> None:
    hub.lease = 1
    subscription = subscriber.subscribe()
    wait_until(lambda: time.time() > subscription.lease_end, seconds=3, what="the lease has ended")
    assert (
        hub.push(subscriber.callback(subscription), feed("late"), subscription.secret).status == 410
    )
    assert subscriber.state_of("late") is None
    assert subscriber.known().state is State.LAPSED


def test_a_push_before_the_verification_is_not_taken(
    subscriber: Subscriber, hub: Hub, pending: Subscription
) -> None:
    assert hub.push(subscriber.callback(pending), feed("early"), pending.secret).status == 404


def test_what_a_stranger_sends_is_not_read(subscriber: Subscriber) -> None:
    # And no body: it would wait for one.
    answer = raw(subscriber.base, post("A" * 32, "Content-Length: 5000000"))
    assert status_of(answer) == 404


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("PUT", "/websub/" + "A" * 32, 405), ("HEAD", "/websub/" + "A" * 32, 405), ("GET", "/", 421)],
)
def test_nothing_else_is_served(
    subscriber: Subscriber, method: str, path: str, status: int
) -> None:
    answer = raw(
        subscriber.base,
        f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode(),
    )
    assert status_of(answer) == status
    assert b"server:" not in answer.lower()


def test_no_more_pushes_are_read_at_once_than_memory_allows(
    subscriber: Subscriber, hub: Hub, active: Subscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web.websub, "MOST_AT_ONCE", 1)

    def is_put_off() -> bool:
        """The quick push may be read before the slow one.

        Then it is the slow one that is put off.
        """
        with connected(subscriber.base) as slow:
            slow.sendall(post(active.token, "Content-Length: 10", body=b"abc"))
            return hub.push(subscriber.callback(active), feed("x"), active.secret).status == 503

    wait_until(is_put_off, seconds=5, what="a second push is put off")

    def is_taken() -> bool:
        return hub.push(subscriber.callback(active), feed("y"), active.secret).status == 202

    wait_until(is_taken, seconds=5, what="there is room again")
    assert subscriber.state_of("y") == "queued"


def test_new_links_that_cannot_be_sent_on_stay_in_the_frontier(
    subscriber: Subscriber, hub: Hub, active: Subscription, caplog: pytest.LogCaptureFixture
) -> None:
    subscriber.broker_away = True
    assert hub.push(subscriber.callback(active), feed("one"), active.secret).status == 202
    wait_until(lambda: "sent on their way" in caplog.text, seconds=5, what="it is said")
    assert subscriber.state_of("one") == "queued"


def test_the_log_holds_neither_callbacks_nor_secrets(
    subscriber: Subscriber, hub: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    subscription = subscriber.subscribe()
    hub.publish(feed("one"))
    hub.sign = BAD["sha1 of another body"]
    hub.publish(feed("two"))
    hub.ask(subscriber.callback(subscription), mode="denied", topic=TOPIC, reason="x")
    ours = [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith(("newsloom", "uvicorn"))
    ]
    assert len(ours) > 5
    for secret in (
        subscription.token,
        subscription.secret,
        hub.verifications[0].asked["hub.challenge"],
    ):
        assert not [line for line in ours if secret in line]
