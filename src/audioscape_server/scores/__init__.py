"""What the events say about tracks, as numbers that can be explained and computed again from what explains them.

``popularity`` and ``trending`` are the formulas of charts, ``parameters`` their numbers; ``model`` scores a scope with
them, and ``job`` publishes that. ``search`` ranks a search engine's candidates.
"""
