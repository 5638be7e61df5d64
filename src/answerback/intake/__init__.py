"""Take posts in once: the parts that need no database."""
