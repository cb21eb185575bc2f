"""The pages: each reads like a description of what the reader sees."""
