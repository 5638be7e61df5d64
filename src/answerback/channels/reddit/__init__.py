"""Reddit: subreddits and searches, polled.  It has no voice here."""
