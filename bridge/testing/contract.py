"""The contract every connector keeps, as a pytest class. An adapter gives `make` (and `world`) and names its gaps.

Cases are chosen by `capabilities()` and abilities, never by a channel's name.
"""

from collections.abc import Callable
from typing import ClassVar

import pytest

from bridge.connectors.base import Connector
from bridge.testing.bench import Bench
from bridge.testing.cases_calls import CallCases
from bridge.testing.cases_capabilities import CapabilityCases
from bridge.testing.cases_changes import ChangeCases
from bridge.testing.cases_creates import CreateCases
from bridge.testing.cases_orders import OrderCases
from bridge.testing.cases_reads import ReadCases
from bridge.testing.cases_recovery import RecoveryCases
from bridge.testing.cases_schema import PictureCases, SchemaCases
from bridge.testing.worlds import World


class ConnectorContract(
    CapabilityCases,
    CreateCases,
    ChangeCases,
    ReadCases,
    OrderCases,
    RecoveryCases,
    CallCases,
    SchemaCases,
    PictureCases,
):
    """Subclass it as `Test…`, override `make`, and where somebody can play the outside also `world`.

    `known_gaps` maps the name of a case to the reason why this connector cannot keep it. A gap that closes fails, so that the
    list stays true.
    """

    known_gaps: ClassVar[dict[str, str]] = {}

    @pytest.fixture
    def make(self) -> Callable[[], Connector]:
        raise NotImplementedError("an adapter gives `make`: a fixture that returns a function that opens the connector")

    @pytest.fixture
    def world(self) -> World | None:
        return None

    @pytest.fixture
    def bench(self, make: Callable[[], Connector], world: World | None) -> Bench:
        return Bench(make, world)

    @pytest.fixture(autouse=True)
    def _known_gap(self, request: pytest.FixtureRequest) -> None:
        reason = self.known_gaps.get(getattr(request.node, "originalname", request.node.name))
        if reason is not None:
            request.node.add_marker(pytest.mark.xfail(reason=reason, strict=True))

    def test_known_gaps_name_cases_and_reasons(self) -> None:
        for name, reason in self.known_gaps.items():
            assert callable(getattr(self, name, None)), f"known_gaps names {name}, which is no case"
            assert len(reason) >= 10, f"the gap {name} needs a reason, not {reason!r}"
