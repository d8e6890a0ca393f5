"""The intake: from bytes on the wire to an answer.

endpoint    ``POST /analytics/v1/analytics``, ``/search/served``: key → rate → headers → body → judge → spool → answer
events/     what the wire says and which events are accepted; pure
receipts    first answers, so that a repeat is answered as the first was
rejections  what was rejected, kept for whoever debugs a client
"""
