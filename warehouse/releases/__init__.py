"""What is made of a release once it is published: read, compared, kept, taken back."""
