"""Which posts are under audit, so that nothing is learned from them."""


def audited_post_ids(*, brand_id: int) -> frozenset[int]:  # noqa: ARG001 -- no audits yet
    """Return the row numbers of a brand's posts under audit: none, while there are no audits."""
    return frozenset()
