"""Jobs: work that comes round once for the whole installation, however many workers it has.

::

    schedule   which jobs there are, and how often they come round
    runner     does what is due and free: lease and fence come from the control database (``control/jobs.py``)
    cores      whether intake and loading need the cores just now
    room       the threads in which this worker does them, and how they end
    projects   which projects are due, and the numbers of what is published
    tidying    forgets what is too old in the control database

What a job does lies with its subject: ``scores``, ``first_seen``, ``loading``.
"""

from audioscape_server.jobs.runner import Hold, Job, JobRunner

__all__ = ["Hold", "Job", "JobRunner"]
