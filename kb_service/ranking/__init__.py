"""In what order do passages answer? Candidates by words and by meaning, looked at closely."""
