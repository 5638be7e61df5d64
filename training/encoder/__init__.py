"""
The encoder that ships, from the openly licensed one to its file: seeded, about an hour.

Needs the extra `encoder` (torch); see `make train`.
"""
