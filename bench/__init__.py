"""How fast is it, beside what else could be used? `python -m bench` measures everything in one run."""
