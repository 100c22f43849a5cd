"""What was asked? From any message to the weighted words of its question, repaired and with synonyms."""
