"""Published releases: limited, compared, kept, withdrawn and read. A release file is never changed once it is published."""
