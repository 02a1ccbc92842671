"""Pages: thin functions that parse, call a service, commit and render."""
