"""Rebuilds the shipped model files from public data; no part of the product."""
