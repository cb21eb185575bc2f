"""Judges one file: dropped files are understood, repaired or refused kindly, and nothing is lost (the folder as a whole: `folder/`)."""
