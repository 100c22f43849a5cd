"""Developers' tools for how good the answers are, on kept libraries; not part of the installed package.

python -m quality RUN.json                what a kept run is worth, with intervals; pictures (make evaluate)
python -m quality.confidence_fitting      the model behind confidence (make fit)
python -m quality.quote_fitting           which sentence is quoted
python -m quality.sentence_graph          the graph of the model that compares meanings
"""
