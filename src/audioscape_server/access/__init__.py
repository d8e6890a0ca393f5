"""Who may come in, and how fast. The intake and the read API share it.

gate         the one way in: who sends this, and is it their turn
keys         what an API key looks like
keyring      the live ones in memory
rate_limits  token buckets for keys and addresses
secret       the server's own secret, under which keys are stored
"""
