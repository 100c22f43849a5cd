"""What developers measure and fit, and the model's graph: not part of the installed package."""
