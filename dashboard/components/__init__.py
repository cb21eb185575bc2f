"""The widgets pages are made of: one module, one widget, one show()."""
