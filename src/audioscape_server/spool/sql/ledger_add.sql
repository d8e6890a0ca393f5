-- Changes a project's line of the ledger by what has just happened.
INSERT INTO ledger (project, accepted, spooled, loaded, quarantined, duplicates, erased, last_event_at)
VALUES (:project, :accepted, :spooled, :loaded, :quarantined, :duplicates, :erased, :last_event_at)
ON CONFLICT (project) DO UPDATE SET
    accepted = accepted + excluded.accepted,
    spooled = spooled + excluded.spooled,
    loaded = loaded + excluded.loaded,
    quarantined = quarantined + excluded.quarantined,
    duplicates = duplicates + excluded.duplicates,
    erased = erased + excluded.erased,
    last_event_at = max(last_event_at, excluded.last_event_at)
