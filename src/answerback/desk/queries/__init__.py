"""Everything there is to look at.  One file a question, frozen lines, a fixed number of SQL."""
