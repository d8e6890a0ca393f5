"""The read API: what the events say, as JSON or CSV, for people, dashboards and SDKs.

The way of a question::

    callers          who asks: a key, or a session
    requests         with which parameters, and how it is answered
    resources/       what is asked for, one module each
    parameters       what each parameter means, and what to say when it is wrong
    turns            when a question is answered, and when it is stopped;  line: whose turn it is
    queries          what the warehouse and the catalog are asked
    responses        what comes back, field by field: the measures are defined here
    render           JSON or CSV, ETag
    error_responses  what the client sees when something fails

    document         the OpenAPI document;  page: the same for people
    dependencies     what this package needs from the rest of the server
    app              puts it all together
"""

from audioscape_server.api.app import create_api, stop_questions

__all__ = ["create_api", "stop_questions"]
