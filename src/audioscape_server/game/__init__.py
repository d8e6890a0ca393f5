"""A simulated music game: players with tastes, whose true wishes are known, so that answers and scores can be judged.

Pure and seeded: the same arguments give the same events, whenever and wherever. It knows no clock and no database. What
it makes is what a game's servers would send, in the order of time, one event after the other; so a year of events takes
no more memory than an hour.

Modules
    ``world``     tracks, queries and games, and what is true of them
    ``sessions``  what one player does in one sitting
    ``attacks``   those who cheat, and how
    ``stream``    all of it in the order of time, in batches as servers send them
    ``posting``   the batches on their way to a running server
    ``history``   the batches put into a stopped installation, as if they had been received then
"""
