"""Published releases and what one says differently from another; a release file is never changed once it is published."""
