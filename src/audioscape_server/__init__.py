"""AudioScape Analytics: music events from games in, exact answers out.

The way of an event, and the room to open at each step::

    ingest ────▶ spool ────▶ loading ────▶ warehouse ────▶ api
    key, rate    fsync       blocks,       ClickHouse,     JSON, CSV
    judge        = 202       once          rollups

    access      who sends this, and is it their turn: keys, rates
    ingest      bytes on the wire to an answer; its ``events`` says which events are accepted (pure)
    spool       the durable queue on the local disk
    loading     from the spool to the warehouse, exactly once, and the proof of it
    warehouse   ClickHouse, embedded or a server: events and rollups
    api         the read API
    control     the control database: keys, catalog, claims, ledgers
    operations  what operators do to an installation
    service     builds the objects above and starts and stops them
    telemetry   what is counted and measured; ``observed`` times answers, ``logs`` forms the log
    settings    every knob with its default; cli reads them
    cli         the command ``audioscape``
"""

__version__ = "0.2.0"
