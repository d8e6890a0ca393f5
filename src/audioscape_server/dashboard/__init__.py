"""The Analytics tab: its pages, as they were built from ``dashboard/``, served with who is signed in inside.

``built/`` is made by ``make dashboard`` and committed, so that installing never needs Node; CI builds it anew and
compares.
"""

from audioscape_server.dashboard.routes import DASHBOARD_ROUTES, lost

__all__ = ["DASHBOARD_ROUTES", "lost"]
