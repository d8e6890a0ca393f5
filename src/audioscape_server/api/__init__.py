"""The read API: what the events say, as JSON or CSV, for people, dashboards and SDKs.

The way of a question::

    routes       who asks (the key), for what (the path and its parameters)
    parameters   what each parameter means, and what to say when it is wrong
    threads      where it waits for its turn
    questions    what the warehouse and the catalogue are asked
    answers      what comes back, field by field: the measures are defined here
    render       JSON or CSV, ETag
    problems     what the client sees when something fails

    document     the OpenAPI document;  page: the same for people
    seams        what this package needs from the rest of the server
    app          puts it all together
"""

from audioscape_server.api.app import create_api

__all__ = ["create_api"]
