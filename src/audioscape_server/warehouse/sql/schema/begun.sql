-- The schema with which a first start was begun that has not ended.
SELECT comment FROM system.tables WHERE database = currentDatabase() AND name = {name:String}
