"""The interface for programs: the questions of `warehouse.answers` over HTTP, described by themselves, behind tokens."""
