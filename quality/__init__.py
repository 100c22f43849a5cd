"""Developers' tools for how good the answers are, on kept libraries; not part of the installed package.

python -m quality RUN.json                what a kept run is worth, with intervals; pictures (make evaluate)
python -m quality.reader_fitting FOLDER…  which passage and which sentences answer, and how surely (make reader)
python -m quality.sentence_graph          the graph of the model that compares meanings
"""
