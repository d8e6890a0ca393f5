"""Side-by-side measurements: ours and what people would use instead, in one go on one machine.

    python -m bench [--quick]

workload   the events that every server is sent
wrk        the load generator
peers      one module for each server under test, and the questions on PostgreSQL
ingest     rounds of load, interleaved: A B C A B C …
answers    rounds of questions, interleaved in the same way
report     medians, ratios, a table, JSON; plots draws them
"""
