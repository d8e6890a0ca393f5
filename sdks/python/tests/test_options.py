"""What a client is made with: arguments, else the environment; what cannot be used gets a clear sentence."""

from __future__ import annotations

import pytest
from audioscape import AudioScape, Response
from scripts import run
from virtual_time import NOWHERE, collected_logs

KEY = "conformance-key-7f3a"
MISSING = "endpoint is missing: give the address of your AudioScape server, such as"


class Recorder:
    def __init__(self):
        self.requests = []

    def send(self, request, timeout):  # noqa: ARG002 - the protocol of a transport
        self.requests.append(request)
        return Response(202, {}, b"")

    def close(self): ...


def requests_of(*arguments, **options):
    """What a client sends that is made so and tracks one event."""
    transport = Recorder()
    with AudioScape(*arguments, transport=transport, **options) as client:
        client.track_play(1, 7)
    return transport.requests


@pytest.mark.parametrize("given", [{}, {"endpoint": None}, {"endpoint": ""}, {"endpoint": " \n"}], ids=repr)
@pytest.mark.parametrize("variable", [None, "", "  \n"], ids=repr)
@pytest.mark.parametrize("switch", [{}, {"dry_run": True}, {"enabled": False}], ids=repr)
def test_without_an_endpoint_there_is_no_client(given, variable, switch, monkeypatch):
    if variable is not None:
        monkeypatch.setenv("AUDIOSCAPE_ENDPOINT", variable)
    with pytest.raises(ValueError, match=MISSING):
        AudioScape(KEY, **given, **switch)


@pytest.mark.parametrize(
    ("endpoint", "found"),
    [
        ("analytics.example.com", "found 'analytics.example.com'"),
        ("ftp://host", "found 'ftp://host'"),
        ("http://", "found 'http://'"),
        ("http://host:port", "found 'http://host:port'"),
        ("http://host:99999", "found 'http://host:99999'"),
        ("http://host?x=1", "found 'http://host?x=1'"),
        ("http://host#x", "found 'http://host#x'"),
        ("http://ho st", "found 'http://ho st'"),
        ("http://h\u00f6st", "found 'http://h\u00f6st'"),
        ("http://[::1", "found 'http://[::1'"),
        ("http://user:pa55@host", "found something with a user in it"),
        (b"http://host", "must be a string, not bytes"),
        (8000, "must be a string, not int"),
    ],
)
def test_what_is_no_endpoint_is_refused(endpoint, found):
    with pytest.raises(ValueError, match="endpoint must") as caught:
        AudioScape(KEY, endpoint=endpoint)
    assert found in str(caught.value)
    assert "pa55" not in str(caught.value)


@pytest.mark.parametrize(
    ("endpoint", "url"),
    [
        ("http://host", "http://host/analytics/v1/analytics"),
        ("https://host:8443/", "https://host:8443/analytics/v1/analytics"),
        (" https://host/behind/a/proxy/\n", "https://host/behind/a/proxy/analytics/v1/analytics"),
        ("http://[::1]:8000", "http://[::1]:8000/analytics/v1/analytics"),
    ],
)
def test_the_url_is_made_from_the_endpoint(endpoint, url):
    assert [request.url for request in requests_of(KEY, endpoint=endpoint)] == [url]


@pytest.mark.parametrize("key", [f"{KEY}\n", f" {KEY}\r\n", f"\t{KEY}"], ids=repr)
def test_a_key_from_a_file_loses_its_line_break(key):
    (request,) = requests_of(key, endpoint=NOWHERE)
    assert request.headers["x-api-key"] == KEY


def test_the_environment_gives_what_the_arguments_do_not(monkeypatch):
    monkeypatch.setenv("AUDIOSCAPE_API_KEY", f"{KEY}\n")
    monkeypatch.setenv("AUDIOSCAPE_ENDPOINT", " http://from-the-environment \n")
    (request,) = requests_of()
    assert request.url == "http://from-the-environment/analytics/v1/analytics"
    assert request.headers["x-api-key"] == KEY


def test_arguments_win_over_the_environment(monkeypatch):
    for name, value in {"API_KEY": "other", "ENDPOINT": "http://other", "ENABLED": "0", "DRY_RUN": "1"}.items():
        monkeypatch.setenv(f"AUDIOSCAPE_{name}", value)
    (request,) = requests_of(KEY, endpoint=NOWHERE, enabled=True, dry_run=False)
    assert request.url.startswith(NOWHERE)
    assert request.headers["x-api-key"] == KEY


@pytest.mark.parametrize(
    ("word", "on"),
    [("1", True), ("true", True), ("YES", True), (" On\n", True), ("0", False), ("False", False), ("no", False)],
)
def test_the_switches_of_the_environment(word, on, monkeypatch):
    monkeypatch.setenv("AUDIOSCAPE_DRY_RUN", word)
    assert bool(requests_of(KEY, endpoint=NOWHERE)) != on
    monkeypatch.delenv("AUDIOSCAPE_DRY_RUN")
    monkeypatch.setenv("AUDIOSCAPE_ENABLED", word)
    assert bool(requests_of(KEY, endpoint=NOWHERE)) == on
    assert bool(requests_of(KEY, endpoint=NOWHERE, enabled=None)) == on


@pytest.mark.parametrize("name", ["enabled", "dry_run", "debug"])
def test_a_blank_switch_is_not_given(name, monkeypatch):
    monkeypatch.setenv(f"AUDIOSCAPE_{name.upper()}", " ")
    assert requests_of(KEY, endpoint=NOWHERE, **{name: ""})


@pytest.mark.parametrize("name", ["enabled", "dry_run", "debug"])
def test_a_switch_that_is_neither_on_nor_off_is_refused(name, monkeypatch):
    with pytest.raises(ValueError, match=rf"{name} must be True or False, not int"):
        AudioScape(KEY, endpoint=NOWHERE, **{name: 1})
    with pytest.raises(ValueError, match=rf"{name} must be one of .* found 'maybe' \({name}="):
        AudioScape(KEY, endpoint=NOWHERE, **{name: "maybe"})
    monkeypatch.setenv(f"AUDIOSCAPE_{name.upper()}", "perhaps")
    with pytest.raises(ValueError, match=rf"{name} must be one of .* found 'perhaps' \(AUDIOSCAPE_{name.upper()}\)"):
        AudioScape(KEY, endpoint=NOWHERE)


def test_a_word_in_an_argument_means_what_it_says():
    """`enabled=os.environ.get("MUSIC_EVENTS")` must not be on for "false"."""
    assert requests_of(KEY, endpoint=NOWHERE, enabled="false") == []
    assert len(requests_of(KEY, endpoint=NOWHERE, enabled="on")) == 1


@pytest.mark.parametrize("properties", [5, None, [("room", 1)]])
def test_register_of_what_is_no_mapping_changes_nothing(properties):
    with AudioScape(KEY, endpoint=NOWHERE, dry_run=True) as client, collected_logs() as lines:
        client.register({"room": "red"})
        client.register(properties)
    assert lines == [f"super-properties must be a mapping, not {type(properties).__name__}"]


@pytest.mark.parametrize(
    "setup",
    [
        "",
        "logging.basicConfig(level=logging.ERROR)",
        "logging.getLogger('audioscape').addHandler(logging.NullHandler())",
        "logging.getLogger('audioscape').setLevel(logging.ERROR)",
    ],
)
def test_debug_lines_are_seen_whatever_the_host_has_set_up(setup, server):
    out = run(
        f"""
        import contextlib, io, logging
        with contextlib.redirect_stderr(io.StringIO()) as err:
            {setup}
            c = client(debug=True)
            track(c, 1, 1)
            c.close()
        print([word for word in ("track", "send 1 events", "answer 202") if word in err.getvalue()])
        """,
        server.events,
    )
    assert out == "['track', 'send 1 events', 'answer 202']"


def test_debug_lines_come_once(server):
    """Not a second time from our own handler, once the host has set up logging of its own."""
    out = run(
        """
        import logging
        c = client(debug=True)
        logging.basicConfig(stream=sys.stdout)
        track(c, 1, 1)
        c.close()
        """,
        server.events,
    )
    assert out.count("DEBUG") == 3
