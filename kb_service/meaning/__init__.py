"""How alike do two texts mean?

An island: turns texts into vectors whose inner product says it. The model is optional; without it the service answers
by words alone.

    installation    fetch the model, build and check it
    installed_model what the model is; is it there, and how is it opened
    vectors         texts in, unit vectors out; kept between builds, and the nearest of them
    closely         vectors of tokens: how well does each word of a question meet a text?
    across_languages the same for texts in different languages, by another model
    pairs           a question and a passage as one input, each token told whether the other side has it
    pair_reader     whether the passage answers, by three trained layers
    minilm.onnx     the model's graph without its weights, written by quality/sentence_graph.py
"""

import os

# Else onnxruntime (1.32) gives this machine a number in ~/.cache and reports its sessions to its publisher.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
