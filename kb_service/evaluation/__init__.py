"""How good are search and answers on judged questions? Behind `kb evaluate`; `quality/` at the top builds on it.

judged_questions questions with what answers them, read from files
typing_slips     the same questions as hasty fingers type them
runs             asks them, and keeps what came, question by question
figures          what a run is worth, and what became better or worse
tables           figures for a terminal
"""
