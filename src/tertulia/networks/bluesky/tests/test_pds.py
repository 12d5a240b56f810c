"""The class before a whole PDS: what is written twice is one post, a session renews itself, and no lost answer doubles it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tertulia.kit.http import open_client
from tertulia.kit.tests.loopback import Asked, serving
from tertulia.networks.bluesky import Bluesky
from tertulia.networks.bluesky.tests.pds import FakePds
from tertulia.networks.contract import Draft, Picture, Reconnect, TryLater, Unsure
from tertulia.networks.faults import Faults
from tertulia.networks.stage import key, png


def kind_of(asked: Asked) -> str:
    return {"putRecord": "publish", "resolveHandle": "resolve"}.get(asked.path.rsplit(".", 1)[1], "")


@pytest.fixture
def there() -> FakePds:
    return FakePds()


@pytest.fixture
def faults(there: FakePds) -> Faults:
    return Faults(there.answer, kind_of)


@pytest.fixture
def network(there: FakePds, faults: Faults) -> Iterator[Bluesky]:
    with serving(faults.answer) as server, open_client(allow=[server.host]) as http:
        account = Bluesky.connect({**there.join("panaderia"), "server": server.url}, http)
        yield Bluesky(account, http, lambda secrets: None)


@pytest.mark.parametrize("fault", ["reset_before", "reset_after", "error_before", "error_after", "half"])
def test_a_post_written_again_after_no_answer_is_one_post(there: FakePds, faults: Faults, network: Bluesky, fault: str) -> None:
    draft, name = Draft("Pan de nueces", pictures=(Picture(png(), "image/png", "Pan"),)), key()
    faults.plan["publish"] = [fault]
    with pytest.raises(Unsure):
        network.publish(draft, name)
    assert bool(network.find(draft, name)) == (fault in ("reset_after", "error_after", "half"))
    receipt = network.publish(draft, name)
    assert network.find(draft, name).ref.external_id == receipt.ref.external_id  # type: ignore[union-attr]
    assert there.texts() == ["Pan de nueces"]
    assert network.read(receipt.ref).text == "Pan de nueces"


def test_a_session_that_ends_is_renewed_and_one_renewed_elsewhere_signs_in_again(there: FakePds, network: Bluesky) -> None:
    there.expire()
    network.publish(Draft("uno"), key())
    assert there.renewals == 1
    there.expire()
    there.refresh.clear()
    network.publish(Draft("dos"), key())
    assert (there.renewals, there.texts()) == (1, ["uno", "dos"])


def test_a_password_that_was_withdrawn_asks_for_a_person(there: FakePds, network: Bluesky) -> None:
    there.expire()
    there.refresh.clear()
    there.accounts["did:plc:panaderia"] = "otra.test"
    with pytest.raises(Reconnect):
        network.publish(Draft("tres"), key())


def test_deleting_twice_is_once(there: FakePds, network: Bluesky) -> None:
    ref = network.publish(Draft("adiós"), key()).ref
    for _ in range(2):
        assert network.delete(ref).evidence == {"there": False}
    assert there.texts() == []


def test_a_name_is_somebodys_for_certain_or_it_is_said_that_nobody_knows(there: FakePds, faults: Faults, network: Bluesky) -> None:
    there.join("ana")
    assert network.knows("ana.test")
    assert not network.knows("nadie.test")
    assert not network.knows("ana"), "what has no point mentions nobody"
    there.unresolved.add("ana.test")
    assert network.knows("ana.test"), "its own server does not find it, who shows people does"
    faults.plan["resolve"] = ["error_before"]
    with pytest.raises(TryLater):
        network.knows("nadie.test")
