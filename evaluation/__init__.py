"""How well the search ranking ranks, and where it does harm, in simulated worlds (``make evaluate``).

``worlds`` makes queries, a search engine and people who click; ``methods`` are the rankings that are compared, the
product's own functions among them; ``sections`` and ``loop`` measure, ``page`` and ``plots`` write docs/scoring.
"""
