"""Demonstration records: accepted by their contracts, the same every time, complete for all provinces and months."""
