"""How does HTTP reach it? The JSON API, pages that work without a script, the widget, metrics."""
