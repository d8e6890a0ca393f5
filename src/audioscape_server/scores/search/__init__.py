"""Search ranking: the order of a search engine, put right by what people clicked. Pure; no database, no clock.

::

    rows ──▶ clicks.gather ──▶ scoring.score_all ──▶ safety.highest_ranks ──▶ safety.hold ──▶ ranking.rank
             decay, key cap    satisfied clicks       how far each may rise     a permutation   with its evidence
                               per examination        above its base rank
    rows, base orders ──▶ watchdog.judge ──▶ which queries keep their base order, as it did better on later clicks
    rows ──▶ model.learn ──▶ examination by rank, satisfaction, how good base orders are, each key's share

What must hold:

- A ranking is a permutation of the candidates. A query without clicks comes back in its base order.
- A candidate without a click of its own never rises into the first ten. One with clicks rises no higher than its
  ``highest_rank``, which gets better with its clicks, and the more slowly the better the base order does on clicks.
- More satisfied clicks at the rank where a candidate was clicked before never lower its score, and never raise
  another's, as long as no key is capped.
- Rows are states, not increments: given in any order, or twice, they give the same ranking to the last bit.
- The score and the order follow from the evidence alone, to 1e-9: ``ranking.recomputed``.

What goes wrong stays small: an unknown rank weighs like the query's typical click; a key that pushes one asset is held
to what all other keys say of it and a little more; a model that is missing is ``model.UNLEARNED``.
"""
