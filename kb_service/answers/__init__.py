"""What do we say to a question, and how sure are we? A verbatim quote with its confidence, or nothing."""
