"""Feeds: RSS, Atom, RDF and JSON Feed, as they are found in the wild.  Listens only."""
