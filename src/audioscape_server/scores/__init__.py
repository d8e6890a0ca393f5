"""What the events say about tracks, as numbers that can be explained and computed again from what explains them.

``popularity`` and ``trending`` are the formulas of charts, ``parameters`` their numbers; ``model`` scores assets with
them, ``scope`` asks for what that takes, and ``job`` publishes it. ``search`` ranks a search engine's candidates.
"""
