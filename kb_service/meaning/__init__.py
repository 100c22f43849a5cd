"""How alike do two texts mean?

An island: turns texts into vectors whose inner product says it. The model is optional; without it the service answers
by words alone.

    installation    fetch the model, build and check it
    installed_model what the model is; is it there, and how is it opened
    encoder         the port: texts in, unit vectors out
    vectors         vectors on disk, and the nearest of them
    vector_cache    vectors of earlier builds, so that only changed texts are encoded
    minilm.onnx     the model's graph without its weights, written by quality/sentence_graph.py
"""
