"""Floods: who is held back, and what is remembered of an address."""

from __future__ import annotations

from bot.channels.web.limits import MOST_KEPT, Limiter


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_an_address_has_its_minutes_worth_at_once_and_then_one_by_one() -> None:
    clock = Clock()
    limiter = Limiter(60, clock)
    assert [limiter.wait("192.0.2.1") for _ in range(60)] == [0.0] * 60
    assert limiter.wait("192.0.2.1") == 1.0
    clock.now += 1
    assert limiter.wait("192.0.2.1") == 0.0 < limiter.wait("192.0.2.1")
    assert limiter.wait("192.0.2.2") == 0.0


def test_a_household_with_ipv6_counts_as_one() -> None:
    limiter = Limiter(1, Clock())
    assert limiter.wait("2001:db8:1:2::1") == 0.0
    assert limiter.wait("2001:db8:1:2:ffff::9") > 0
    assert limiter.wait("2001:db8:1:3::1") == 0.0


def test_an_ipv4_address_written_as_ipv6_is_itself() -> None:
    limiter = Limiter(1, Clock())
    assert limiter.wait("::ffff:192.0.2.1") == 0.0
    assert limiter.wait("192.0.2.1") > 0
    assert limiter.wait("::ffff:192.0.2.9") == 0.0


def test_nothing_of_an_address_is_left_after_a_minute() -> None:
    clock = Clock()
    limiter = Limiter(60, clock)
    limiter.wait("192.0.2.1")
    clock.now += 61
    limiter.tidy()
    assert len(limiter) == 0


def test_the_address_is_not_in_memory_in_clear() -> None:
    limiter = Limiter(60, Clock())
    limiter.wait("192.0.2.77")
    assert "192.0.2.77" not in repr(vars(limiter))


def test_two_processes_know_the_same_address_under_different_names() -> None:
    one, other = Limiter(60, Clock()), Limiter(60, Clock())
    one.wait("192.0.2.1"), other.wait("192.0.2.1")
    assert set(one._buckets).isdisjoint(other._buckets)


def test_memory_stays_flat() -> None:
    limiter = Limiter(60, Clock())
    for number in range(MOST_KEPT + 100):
        limiter.wait(f"198.51.{number // 256 % 256}.{number % 256}-{number}")
    assert len(limiter) <= MOST_KEPT


def test_zero_stands_for_no_limit() -> None:
    limiter = Limiter(0, Clock())
    assert not any(limiter.wait("192.0.2.1") for _ in range(1000))
