"""What becomes of a message that Discord refuses, or whose answer gets lost."""

from __future__ import annotations

import json

import pytest

from bot.platforms.discord.refusals import MEANINGS
from briefings.errors import Ambiguous, DeliveryError, Refused, Rejected, Unfit
from tests.discord_platform.posting import SECRET, running
from tests.faults.plan import Act, Fault, Moment
from tests.servers.discord.core import Bucket

# --- what breaks ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    ["https://127.0.0.1:{}", "http://discord.invalid:{}", "http://127.0.0.1:9"],
    ids=["no TLS", "no such name", "nobody listens"],
)
async def test_without_a_connection_it_is_refused(address: str) -> None:
    async with running() as posting:
        await posting.send(key="0" * 22)
        port = posting.address[0].rpartition(":")[2]
        posting.address[0] = address.format(port)
        before = len(posting.server.ledger.requests)
        error = await posting.failure()
        assert type(error) is Refused
        assert str(error).startswith("Discord cannot be reached (")
        assert len(posting.server.ledger.requests) == before


LOST = [
    *((moment, act) for moment in Moment for act in (Act.RESET, Act.CLOSE, Act.HANG)),
    (Moment.HEADED, Act.TRUNCATE),
]


@pytest.mark.parametrize(("moment", "act"), LOST, ids=[f"{m.name}-{a.name}" for m, a in LOST])
async def test_a_lost_answer_is_ambiguous_and_nothing_is_sent_twice(
    moment: Moment, act: Act
) -> None:
    async with running(timeout_s=0.15) as posting:
        # This server breaks a request that came by half as one that came whole.
        posting.server.plan.add(Fault(Moment.READ if moment is Moment.HALF else moment, act))
        error = await posting.failure()
        assert type(error) is Ambiguous
        assert str(error).startswith("Discord's answer was lost (")
        assert len(posting.ready_calls) == 1
        assert len(posting.server.ledger.messages) == (moment >= Moment.ACCEPTED)


UNREADABLE = {
    "cut in the JSON": Fault(Moment.HEADED, Act.TRUNCATE, body="whole"),
    "HTML": Fault(Moment.ACCEPTED, Act.ANSWER, body="<html>"),
    "nothing": Fault(Moment.ACCEPTED, Act.ANSWER, 204, body=""),
    "a list": Fault(Moment.ACCEPTED, Act.ANSWER, body="[1]"),
    "no id": Fault(Moment.ACCEPTED, Act.ANSWER, body='{"content": "x"}'),
    "an id that is none": Fault(Moment.ACCEPTED, Act.ANSWER, body='{"id": "<@1>"}'),
    "an id that is a number": Fault(Moment.ACCEPTED, Act.ANSWER, body='{"id": 1}'),
}


@pytest.mark.parametrize("fault", UNREADABLE.values(), ids=UNREADABLE)
async def test_an_answer_that_says_nothing_is_ambiguous(fault: Fault) -> None:
    async with running() as posting:
        posting.server.plan.add(fault)
        assert type(await posting.failure()) is Ambiguous


@pytest.mark.parametrize(
    ("status", "kind", "in_html"),
    [
        *((status, Ambiguous, Ambiguous) for status in (500, 502, 503, 504, 524, 408)),
        *((status, Refused, Refused) for status in (400, 403, 404, 405, 407, 302)),
        (401, Rejected, Refused),
        (413, Unfit, Unfit),
    ],
)
async def test_a_status_decides_where_there_is_no_code(
    status: int, kind: type[DeliveryError], in_html: type[DeliveryError]
) -> None:
    async with running() as posting:
        for body, expected in ((None, kind), ("<html>Blocked</html>", in_html)):
            posting.server.plan.add(Fault(Moment.READ, Act.ANSWER, status, body=body))
            error = await posting.failure()
            assert type(error) is expected
            assert error.ids["status"] == status
            if isinstance(error, Rejected):
                assert error.whole_workspace


async def test_before_the_message_itself_nothing_is_in_doubt() -> None:
    async with running(timeout_s=0.15) as posting:
        for act in (Act.HANG, Act.RESET):
            # A cut connection the library tries once more: asking does no harm.
            times = 2 if act is Act.RESET else 1
            posting.server.breaks.add("get_channel", Fault(Moment.READ, act), times=times)
            assert type(await posting.failure()) is Refused
        posting.server.breaks.add("get_channel", Fault(Moment.READ, Act.ANSWER, code="10003"))
        assert type(await posting.failure()) is Rejected
        assert posting.ready_calls == []
        assert posting.count("create_message") == 0


# --- limits of rate -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "wait"),
    [
        (Fault(Moment.READ, Act.ANSWER, 429, headers={"Retry-After": "7"}), 7.0),
        (Fault(Moment.READ, Act.ANSWER, 429, headers={"retry-after": "3600"}), 3600.0),
        (Fault(Moment.READ, Act.ANSWER, 429, body='{"retry_after": 1.337}'), 1.337),
        (Fault(Moment.READ, Act.ANSWER, 429, body='{"retry_after": "soon"}'), 60.0),
        (Fault(Moment.READ, Act.ANSWER, 429, body='{"retry_after": NaN}'), 60.0),
        (Fault(Moment.READ, Act.ANSWER, 429), 60.0),
        (Fault(Moment.READ, Act.ANSWER, 429, body="<html>1015</html>"), 60.0),
        (Fault(Moment.READ, Act.ANSWER, 403, body='{"code": 20016, "retry_after": 5}'), 5.0),
    ],
    ids=["7", "lower case", "exact", "no number", "NaN", "none", "HTML", "slow mode"],
)
async def test_asked_to_wait_it_says_how_long(fault: Fault, wait: float) -> None:
    async with running() as posting:
        posting.server.plan.add(fault)
        error = await posting.failure()
        assert isinstance(error, Refused)
        assert error.retry_after_s == wait


async def test_asked_to_wait_it_asks_no_more_in_that_channel_until_then() -> None:
    async with running() as posting:
        fault = Fault(Moment.READ, Act.ANSWER, 429, headers={"Retry-After": "30"})
        posting.server.plan.add(fault)
        await posting.failure()
        posting.clock.advance(seconds=10)
        before = len(posting.server.ledger.requests)
        error = await posting.failure()
        assert isinstance(error, Refused)
        assert error.retry_after_s == 20.0
        assert len(posting.server.ledger.requests) == before
        await posting.send(posting.place.announcements)
        posting.clock.advance(seconds=20)
        await posting.send()


async def test_asked_to_wait_everywhere_it_asks_nothing_anywhere() -> None:
    async with running() as posting:
        await posting.send()
        await posting.send(posting.place.announcements)
        posting.server.limit_everything(1, 50.0)
        await posting.send(key="1" * 22)
        error = await posting.failure()
        assert isinstance(error, Refused)
        assert error.retry_after_s == 50.0
        before = len(posting.server.ledger.requests)
        error = await posting.failure(posting.place.announcements)
        assert isinstance(error, Refused)
        assert error.retry_after_s == 50.0
        assert len(posting.server.ledger.requests) == before
        posting.clock.advance(seconds=50)
        assert await posting.send()


async def test_a_limit_that_is_used_up_is_waited_for_and_never_hit() -> None:
    async with running() as posting:
        posting.server.discord.buckets["create_message"] = Bucket(2, 1.5)
        for key in "abcdef":
            await posting.send(key=key * 22)
        statuses = [each.status for each in posting.server.ledger.asked("create_message")]
        assert statuses == [200] * 6
        assert posting.clock.slept == [1.5, 1.5]
        assert posting.server.ledger.invalid == 0


# --- what Discord refuses -------------------------------------------------------------------------

CHANNEL = (
    *(10003, 50001, 50013, 50083, 160005, 40067, 40058, 50008, 50024, 160002),
    *(50007, 50278, 10013, 20009, 200000, 200001, 240000),
)
SERVER = (10004, 40001, 50014, 50025, 40002, 40007)
FORM = (50035, 50006, 40005, 50045, 50046)
WAIT = (20016, 20028, 20029, 40003, 40062)
LATER = (40004, 40006, 110001, 130000, 160006, 160007, 50109, 999_999)
CASES = [
    *((code, Rejected, False) for code in CHANNEL),
    *((code, Rejected, True) for code in SERVER),
    *((code, Unfit, False) for code in FORM),
    *((code, Refused, False) for code in (*WAIT, *LATER)),
]


def test_every_code_of_the_table_is_a_case() -> None:
    assert {code for code, _, _ in CASES} ^ set(MEANINGS) == {999_999}


@pytest.mark.parametrize("status", [400, 403, 404])
async def test_each_code_means_what_it_should_whatever_its_status(status: int) -> None:
    async with running() as posting:
        for code, kind, whole in CASES:
            body = json.dumps({"code": code, "message": SECRET})
            posting.server.plan.add(Fault(Moment.READ, Act.ANSWER, status, body=body))
            error = await posting.failure()
            assert (code, type(error)) == (code, kind)
            assert error.ids == {"code": code, "status": status}
            assert str(code) in error.message
            if isinstance(error, Rejected):
                assert (code, error.whole_workspace) == (code, whole)
                assert error.remedy
            if isinstance(error, Refused):
                assert (error.retry_after_s is not None) == (code in WAIT)
        assert posting.server.ledger.messages == []


async def test_a_server_error_is_in_doubt_whatever_its_code() -> None:
    async with running() as posting:
        body = json.dumps({"code": 50035, "message": "x"})
        posting.server.plan.add(Fault(Moment.READ, Act.ANSWER, 503, body=body))
        assert type(await posting.failure()) is Ambiguous


async def test_a_remedy_says_what_to_click_and_to_type() -> None:
    async with running() as posting:
        posting.server.plan.add(Fault(Moment.READ, Act.ANSWER, code="50013"))
        assert str(await posting.failure()) == (
            "intelbrief lacks a permission in the channel (50013). In the channel's settings, "
            "under Permissions, allow intelbrief View Channel, Send Messages, Send Messages in "
            "Threads and Embed Links, then /resume and the digest's number."
        )
