-- Give back the memory of the table that says which asset is of which group.
DROP TEMPORARY TABLE IF EXISTS asset_group
