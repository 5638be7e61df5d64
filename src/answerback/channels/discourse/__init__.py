"""Discourse: a forum's newest posts, polled or brought.  It has no voice here yet."""
