"""A page of ours where people write to the brand; answered by mail where they left an address."""
