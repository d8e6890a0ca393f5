"""AudioScape Analytics: music events from games in, exact answers out.

The way of an event, and the module to open at each step::

    intake ────▶ spool ────▶ loader ────▶ warehouse ────▶ api
    key, limit   fsync       blocks,      ClickHouse,     JSON, CSV
    judge        = 202       once         rollups

    events       what the wire says and which events are accepted (pure)
    gate         who sends this, and is it their turn: keys, limits
    receipts     first answers, so that a repeat is answered as the first was
    rejections   what was refused, kept for whoever debugs a client
    control      the control database: projects, keys, catalogue, claims
    check        the proof that every event is in one place and one only
    service      builds the objects above and starts and stops them
    settings     every knob with its default; cli reads them
    cli          the command ``audioscape``
"""

__version__ = "0.2.0"
