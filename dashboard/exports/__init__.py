"""Files that readers take along."""
