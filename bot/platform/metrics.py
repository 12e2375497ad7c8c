"""What is counted for /metrics. No label carries an id, a name or an address: a counter must not tell who was here."""

import re
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest

PLAIN = re.compile(r"[a-z_.:/{}-]{1,80}|[1-5][0-9]{2}")  # words, routes and HTTP states; ids have other digits in them
OTHER = "other"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


@dataclass(frozen=True, slots=True)
class Metrics:
    """One set for each process, on a registry of its own."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    _turns: Counter = field(init=False)
    _operations: Counter = field(init=False)
    _jobs: Counter = field(init=False)
    _refusals: Counter = field(init=False)
    _http: Histogram = field(init=False)

    def __post_init__(self) -> None:
        made = {
            "_turns": self._counter("turns", "Turns of conversations.", "outcome"),
            "_operations": self._counter("operations", "Operations on directories.", "action", "outcome"),
            "_jobs": self._counter("jobs", "Jobs that were tried.", "kind", "outcome"),
            "_refusals": self._counter("refusals", "What was refused, and why.", "why"),
            "_http": Histogram(
                "unlatch_http_seconds", "Answers over HTTP.", ("route", "status"), buckets=SECONDS, registry=self.registry
            ),
        }
        for name, metric in made.items():
            object.__setattr__(self, name, metric)
        ProcessCollector(registry=self.registry)

    def turn(self, outcome: str) -> None:
        """A turn ended: settled, misstep, refused, fault, stale or lost."""
        self._turns.labels(_plain(outcome)).inc()

    def operation(self, action: str, outcome: str) -> None:
        """An operation ended: changed, rejected or unconfirmed."""
        self._operations.labels(_plain(action), _plain(outcome)).inc()

    def job(self, kind: str, outcome: str) -> None:
        """A job was tried: done, later or failed."""
        self._jobs.labels(_plain(kind), _plain(outcome)).inc()

    def refusal(self, why: str) -> None:
        """A sentence of the catalogue, by its id."""
        self._refusals.labels(_plain(why)).inc()

    def http(self, route: str, status: int, seconds: float) -> None:
        """`route` is the pattern, such as /p/{window}, never the path that was asked for."""
        self._http.labels(_plain(route), _plain(str(status))).observe(seconds)

    def text(self) -> str:
        """In Prometheus' text format 0.0.4."""
        return generate_latest(self.registry).decode()

    def _counter(self, name: str, what: str, *labels: str) -> Counter:
        return Counter(f"unlatch_{name}", what, labels, registry=self.registry)


def _plain(label: str) -> str:
    """Whatever could be an id is counted under one name, which also keeps the number of series small."""
    return label if PLAIN.fullmatch(label) else OTHER
