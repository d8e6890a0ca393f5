"""How well the search ranking ranks, and where it does harm, in simulated worlds (``make evaluate``).

``worlds`` makes queries, a search engine and people who click; ``methods`` are the rankings that are compared, the
product's own functions among them; ``sections`` and ``loop`` measure. ``catalogue`` makes listeners of whole
catalogues, and lets the product's own statements say what is popular and what trends. ``pieces`` works all that off,
world by world, and remembers it; ``page`` and ``plots`` write docs/scoring.
"""
