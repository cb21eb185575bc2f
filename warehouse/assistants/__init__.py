"""The server for assistants (Model Context Protocol): the questions of `warehouse.answers` as tools, with what must be said."""
