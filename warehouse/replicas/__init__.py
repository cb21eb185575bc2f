"""More dashboard hosts: what a writer offers them, and how a replica gets its own copy and follows."""
