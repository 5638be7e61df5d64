"""Anything else: whoever can sign a request can bring us posts, and be told our answers."""
