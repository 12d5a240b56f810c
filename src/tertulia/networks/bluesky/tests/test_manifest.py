"""What is true of Bluesky before any server is asked."""

from tertulia.networks.bluesky import Bluesky
from tertulia.networks.testing import ManifestSuite


class TestBluesky(ManifestSuite):
    network_class = Bluesky
    counts = (("👩‍👩‍👧", 1), ("ñandú", 5), ("https://example.test/una/ruta", 29))
