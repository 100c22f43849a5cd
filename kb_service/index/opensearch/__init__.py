"""The distributed engine: an OpenSearch cluster holds passages and articles, each process the catalogue alone."""
