"""The tables of the control database: the sum of ``migrations/``.

Times are Unix seconds; a project is named by its slug.
To change a table, add a step to ``migrations/`` and change the table here; a test compares the two.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

metadata = MetaData()

#: One row: which version of this schema the database has.
schema_version = Table(
    "schema_version",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
)

#: One row: which installation this is, and what its keys rest on.
installation = Table(
    "installation",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("secret_fingerprint", LargeBinary(32)),  # of the server secret under which its keys are stored
    Column("key_changes", BigInteger, nullable=False),  # how many times a key was created, changed or revoked
    Column("created_at", Float, nullable=False),
)

#: An API key: what it may do, for which project. Revoked keys stay, so that their events keep a name.
api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("project", String(63), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("scopes", Text, nullable=False),  # comma-separated
    Column("rate", Integer, nullable=False),  # requests per second, 0 = no limit
    Column("identical_batches", Boolean, nullable=False),
    Column("identical_events", Boolean, nullable=False, server_default=text("FALSE")),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float),
    Column("revoked_at", Float),
    # The installation's `key_changes` when it was changed last: tells a server what to read anew.
    Column("changed", BigInteger, nullable=False, index=True, server_default=text("0")),
)

#: The secrets of a key: one, or two while a rotation overlaps. The digest is all that is known of a secret.
api_key_secrets = Table(
    "api_key_secrets",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("key_id", String(12), nullable=False, index=True),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float),
    Column("last4", String(4)),  # its last characters, to tell it by; empty of an imported one
    Column("used_at", Float),  # about when it was used last
)

#: Names for asset ids, as imported.
catalog = Table(
    "catalog",
    metadata,
    Column("project", String(63), primary_key=True),
    Column("asset_id", BigInteger, primary_key=True, autoincrement=False),
    Column("title", Text),
    Column("artist", Text),
    Column("album", Text),
    Column("genre", Text),
    Column("duration", Float),  # seconds
    Index("ix_catalog_artist", "project", "artist"),
)

#: Who stored a batch first: (idempotency key, body) → (spool, batch). Rows older than eight days are removed.
claims = Table(
    "claims",
    metadata,
    Column("key_digest", LargeBinary(16), primary_key=True),  # of project, API key and Idempotency-Key
    Column("body_digest", LargeBinary(16), primary_key=True),
    Column("spool", String(32), nullable=False),
    Column("batch", BigInteger, nullable=False),
    Column("claimed_at", Float, nullable=False, index=True),
    Index("ix_claims_spool", "spool", "batch"),
)

#: Rejected events of the last days, grouped, with the newest redacted sample of each group.
rejected = Table(
    "rejected",
    metadata,
    Column("project", String(63), primary_key=True),
    Column("key_id", String(12), primary_key=True),
    Column("universe", BigInteger, primary_key=True, autoincrement=False),
    Column("reason", String(40), primary_key=True),
    Column("hour", BigInteger, primary_key=True, autoincrement=False),  # Unix seconds of the hour's start
    Column("count", BigInteger, nullable=False),
    Column("last_seen", Float, nullable=False),
    Column("sample", Text, nullable=False),
)

#: How far the published ledger of a spool goes, and since when its oldest batch waits.
spools = Table(
    "spools",
    metadata,
    Column("spool", String(32), primary_key=True),
    Column("last_block", BigInteger, nullable=False),
    Column("open_blocks", Text, nullable=False),  # a JSON array of numbers
    Column("oldest_waiting_at", Float),
    Column("retired", Boolean, nullable=False),
    Column("updated_at", Float, nullable=False),
    Column("first_waiting", BigInteger, nullable=False, server_default=text("0")),
)

#: Days (YYYY-MM-DD, UTC) whose rollups were right after they could no longer change.
reconciled = Table("reconciled", metadata, Column("day", String(10), primary_key=True))

#: The ledger of every spool, as its loader published it last.
ledgers = Table(
    "ledgers",
    metadata,
    Column("spool", String(32), primary_key=True),
    Column("project", String(63), primary_key=True),
    Column("accepted", BigInteger, nullable=False),
    Column("spooled", BigInteger, nullable=False),
    Column("loaded", BigInteger, nullable=False),
    Column("quarantined", BigInteger, nullable=False),
    Column("duplicates", BigInteger, nullable=False),
    Column("erased", BigInteger, nullable=False),
    Column("last_event_at", Float, nullable=False),
    Column("updated_at", Float, nullable=False),
)

#: What comes round in the whole installation, who does it now, and how it went last.
jobs = Table(
    "jobs",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("holder", String(32), nullable=False),
    Column("fence", BigInteger, nullable=False),  # grows each time that the job is taken
    Column("held_until", Float, nullable=False),
    Column("next_at", Float, nullable=False),
    Column("started_at", Float),
    Column("ended_at", Float),
    Column("succeeded_at", Float),
    Column("duration_s", Float),
    Column("error", Text),
    Column("runs", BigInteger, nullable=False),
    Column("failures", BigInteger, nullable=False),
)

#: The numbers by which each project is scored, every version of them.
score_models = Table(
    "score_models",
    metadata,
    Column("project", String(63), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("parameters", Text, nullable=False),  # JSON
    Column("published_at", Float, nullable=False),
)

#: People who sign in. A removed one leaves nothing behind.
users = Table(
    "users",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("email", String(254), nullable=False),  # as `accounts.emails` writes it
    Column("password", Text, nullable=False),  # an argon2id hash, with its salt and its costs
    Column("created_at", Float, nullable=False),
    Column("password_at", Float, nullable=False),  # when the password was set
    Index("ix_users_email", "email", unique=True),
)

#: What a person may do in a project; whoever is not in it may do nothing there.
user_roles = Table(
    "user_roles",
    metadata,
    Column("user_id", String(12), primary_key=True),
    Column("project", String(63), primary_key=True),
    Column("role", String(10), nullable=False),
    Column("seen_at", Float),  # about when the person used the project last
)

#: One-time links that were not used. The digest is all that is known of a link's token.
links = Table(
    "links",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("id", String(12), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("email", String(254), nullable=False),  # empty = of whoever opens it
    Column("project", String(63), nullable=False, index=True),  # empty = none, or the first one
    Column("role", String(10), nullable=False),
    Column("sent_by", String(12), nullable=False),  # a user; empty = the command line, or the server
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
)

#: Who is signed in, a row for each browser. The digest is all that is known of its cookie.
sessions = Table(
    "sessions",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("user_id", String(12), nullable=False, index=True),
    Column("project", String(63), nullable=False),  # whose data it shows; empty = of none
    Column("created_at", Float, nullable=False),
    Column("seen_at", Float, nullable=False),  # about when it was used last
)

#: How a project wants its days and weeks; one without a row has the defaults of `control.project_settings`.
project_settings = Table(
    "project_settings",
    metadata,
    Column("project", String(63), primary_key=True),
    Column("zone", String(64), nullable=False),  # an IANA name
    Column("week_start", String(10), nullable=False),
)

#: What the project calls a universe or a place.
experience_names = Table(
    "experience_names",
    metadata,
    Column("project", String(63), primary_key=True),
    Column("kind", String(10), primary_key=True),  # universe or place
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("user_id", String(12), nullable=False),  # who wrote it last; may be gone by now
    Column("changed_at", Float, nullable=False),
)

#: What somebody wrote down about a point or a range of time.
annotations = Table(
    "annotations",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("project", String(63), nullable=False),
    Column("begins_at", Float, nullable=False),
    Column("ends_at", Float, nullable=False),  # the same for a point
    Column("text", Text, nullable=False),
    Column("user_id", String(12), nullable=False),  # who wrote it; may be gone by now
    Column("created_at", Float, nullable=False),
    Index("ix_annotations_project", "project", "begins_at"),
)

#: A page with all that it was asked for, under a name.
saved_views = Table(
    "saved_views",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("project", String(63), nullable=False),
    Column("name", Text, nullable=False),
    Column("page", String(20), nullable=False),
    Column("query", Text, nullable=False),  # of its address, without the question mark
    Column("user_id", String(12), nullable=False),  # who saved it; may be gone by now
    Column("created_at", Float, nullable=False),
    Index("ix_saved_views_name", "project", "name", unique=True),
)

#: What a guest is shown: a row for each asset, artist or album (of an artist; empty = of none).
guest_limits = Table(
    "guest_limits",
    metadata,
    Column("user_id", String(12), primary_key=True),
    Column("project", String(63), primary_key=True),
    Column("kind", String(10), primary_key=True),  # asset, artist or album
    Column("name", String(400), primary_key=True),
    Column("artist", String(400), primary_key=True),  # of an album
)

#: Links that show one page. The digest is all that is known of a link's token.
shares = Table(
    "shares",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("id", String(12), nullable=False),
    Column("project", String(63), nullable=False),
    Column("page", String(20), nullable=False),
    Column("query", Text, nullable=False),  # of the page's address, without the question mark
    Column("user_id", String(12), nullable=False),  # who made it; may be gone by now
    Column("created_at", Float, nullable=False),
    Column("ends_at", Float, nullable=False),
    Index("ix_shares_id", "project", "id", unique=True),
)
