"""Set-up: finds or fetches the tools and stages third-party assets from locked packages; not part of the wheel."""
