"""Everything somebody, or the machine, can do.  One file an act, one transaction each."""
