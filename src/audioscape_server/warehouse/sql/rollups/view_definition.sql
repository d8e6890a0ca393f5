-- The SELECT of a materialised view: the one definition of its rollup.
SELECT as_select AS definition FROM system.tables WHERE database = currentDatabase() AND name = {view:String}
