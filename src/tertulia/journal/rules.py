"""How facts are spread over readers. Pure."""

SHARDS = 4


def shard_of(brand_id: int | None) -> int:
    """Facts of one brand are read in order, by one reader; brands are spread over the shards."""
    return (brand_id or 0) % SHARDS
