"""Where does it lie? The port to an index, the catalogue in every process, and engines: `whoosh/`, `opensearch/`."""
