"""Tests of the front door: real files in every encoding, judged and taken in."""
