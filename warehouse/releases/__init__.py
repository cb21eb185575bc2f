"""Releases as they are published: sealed, compared, limited, kept, withdrawn, and read. A release that counts is never edited."""
