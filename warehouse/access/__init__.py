"""Who may see and do what, and the record of what was seen and done."""
