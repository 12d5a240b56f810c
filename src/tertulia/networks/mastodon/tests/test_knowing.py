"""Who is there, on this server and on others."""

from __future__ import annotations

import pytest

from tertulia.networks.contract import TryLater
from tertulia.networks.mastodon.tests.stages import FakeStage


def test_somebody_of_another_server_is_found_there_and_not_finding_them_says_nothing(stage: FakeStage) -> None:
    stage.fake.elsewhere["carla@otro.example"] = ("carla", "otro.example")
    network = stage.network()
    assert network.knows("Carla@otro.example")
    assert network.knows("carla@otro.example"), "met by now"
    with pytest.raises(TryLater):
        network.knows("carlota@otro.example")


def test_a_server_too_old_for_the_question_has_not_said_no(stage: FakeStage) -> None:
    stage.fake.since_3_4 = False
    assert stage.network().knows("ana"), "it can still be searched for"
    with pytest.raises(TryLater):
        stage.network().knows("nadie")
