"""Curriculum in, bundles out: formats, pages, packages and the command `staffel`."""
