"""How many messages an address may send. Keeps a keyed hash of the address, never the address."""

from __future__ import annotations

import hmac
import ipaddress
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable

MESSAGES_PER_MINUTE = 60
"""A whole community centre may stand behind one address."""
MOST_KEPT = 50_000


class Limiter:
    """A bucket per address that refills evenly. The key is random and dies with the process."""

    def __init__(self, per_minute: int = MESSAGES_PER_MINUTE, clock: Callable[[], float] = time.monotonic) -> None:
        """`per_minute` 0 stands for no limit; `clock` gives seconds that only grow."""
        self._most, self._clock = per_minute, clock
        self._key = secrets.token_bytes(32)
        self._buckets: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def wait(self, address: str) -> float:
        """Seconds until this address may send; 0.0 where it may now, which counts as sent."""
        if not self._most:
            return 0.0
        name, now, rate = self._name(address), self._clock(), self._most / 60
        left, then = self._buckets.get(name, (float(self._most), now))
        left = min(float(self._most), left + (now - then) * rate)
        if left < 1:
            return (1 - left) / rate
        self._buckets[name] = (left - 1, now)
        self._buckets.move_to_end(name)
        self.tidy()
        return 0.0

    def tidy(self) -> None:
        """Forgets addresses whose bucket is full again: after a minute of silence nothing is left of one."""
        now = self._clock()
        while self._buckets and (len(self._buckets) > MOST_KEPT or next(iter(self._buckets.values()))[1] < now - 60):
            self._buckets.popitem(last=False)

    def _name(self, address: str) -> bytes:
        return hmac.digest(self._key, _network(address).encode("utf-8", "replace"), "sha256")[:16]


def _network(address: str) -> str:
    """The address; of IPv6 the /64, since one household has all of it."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))
    return address
