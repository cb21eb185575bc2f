"""Signing in, and whom a page or request is for."""
