"""The control database: small, shared by every worker, never on the way of an event.

What it holds, a table each (see ``schema.py``): which installation it is of, API keys and their secrets, people, their
roles, sessions and one-time links, what projects keep for them (settings, names of experiences, notes, saved
views), the catalog's names,
claims of idempotency keys, the rejected events of the last days, the ledgers of all spools, and how jobs stand. SQLite
in the data folder by default, PostgreSQL for several machines; SQLAlchemy Core speaks to both.
"""

from audioscape_server.control.catalog import Catalog, Track
from audioscape_server.control.claims import Claim, Claims, Owner
from audioscape_server.control.database import ControlDatabase
from audioscape_server.control.installation import Installation
from audioscape_server.control.jobs import Jobs, JobState, JobTakenOverError
from audioscape_server.control.key_store import KeyStore, ManagedKey, StoredKey, StoredSecret
from audioscape_server.control.leases import Leases
from audioscape_server.control.ledgers import Ledgers, PublishedLedger, SpoolState
from audioscape_server.control.links import Invitation, Links
from audioscape_server.control.reconciled import ReconciledDays
from audioscape_server.control.rejected import RejectedEvents, RejectedGroup
from audioscape_server.control.score_models import ScoreModels
from audioscape_server.control.sessions import Sessions
from audioscape_server.control.team import Member, Team
from audioscape_server.control.users import User, Users
from audioscape_server.control.warehouse_lock import WarehouseLock
from audioscape_server.control.workspace import Workspace

__all__ = [
    "Catalog",
    "Claim",
    "Claims",
    "ControlDatabase",
    "Installation",
    "Invitation",
    "JobState",
    "JobTakenOverError",
    "Jobs",
    "KeyStore",
    "Leases",
    "Ledgers",
    "Links",
    "ManagedKey",
    "Member",
    "Owner",
    "PublishedLedger",
    "ReconciledDays",
    "RejectedEvents",
    "RejectedGroup",
    "ScoreModels",
    "Sessions",
    "SpoolState",
    "StoredKey",
    "StoredSecret",
    "Team",
    "Track",
    "User",
    "Users",
    "WarehouseLock",
    "Workspace",
]
