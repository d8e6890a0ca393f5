-- A range of rows leaves the spool.
DELETE FROM rows WHERE row BETWEEN ? AND ?
