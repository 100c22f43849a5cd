"""What readers say about the answers. Islands: nothing here knows search, articles or the web."""
