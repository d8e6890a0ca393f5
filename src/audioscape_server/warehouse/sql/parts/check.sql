-- Reads every part of every table and says of each whether it is what it was when it was written.
CHECK ALL TABLES SETTINGS check_query_single_value_result = 0
