"""What operators do to an installation, running or not.

running_server  commands that ask the server which runs on a folder; one server a folder
doctor          what is wrong, in plain words
upkeep          what is asked of a spool: quarantine, incidents
failures        what a failure of the machine is called
"""
