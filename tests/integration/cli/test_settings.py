"""Every setting, by flag, environment and file, in that order of precedence."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from audioscape_server.cli import serve as serve_module
from audioscape_server.settings import Settings

if TYPE_CHECKING:
    from support.command import Command

#: For each setting: as TOML writes it, as the environment has it, as a flag gives it, and what each of them means.
VALUES: dict[str, tuple[tuple[str, Any], tuple[str, Any], tuple[str, Any]]] = {
    "data": (('"a"', Path("a")), ("b", Path("b")), ("c", Path("c"))),
    "host": (('"127.0.0.2"', "127.0.0.2"), ("127.0.0.3", "127.0.0.3"), ("::1", "::1")),
    "port": (("8001", 8001), ("8002", 8002), ("8003", 8003)),
    "warehouse": (
        ('"clickhouse://a/b"', "clickhouse://a/b"),
        ("clickhouse://c/d", "clickhouse://c/d"),
        ("clickhouse://e/f", "clickhouse://e/f"),
    ),
    "control": (
        ('"postgresql+psycopg://a/b"', "postgresql+psycopg://a/b"),
        ("sqlite:///c", "sqlite:///c"),
        ("sqlite:///d", "sqlite:///d"),
    ),
    "secret": (('"' + "s" * 32 + '"', "s" * 32), ("t" * 32, "t" * 32), ("u" * 32, "u" * 32)),
    "spool_max_bytes": (("1000", 1000), ("2000", 2000), ("3000", 3000)),
    "spool_reserve_bytes": (("0", 0), ("1", 1), ("2", 2)),
    "archive_days": (("0", 0.0), ("1.5", 1.5), ("30", 30.0)),
    "archive_max_bytes": (("1", 1), ("2", 2), ("3", 3)),
    "block_events": (("10", 10), ("20", 20), ("30", 30)),
    "load_interval": (("0.25", 0.25), ("0", 0.0), ("3", 3.0)),
    "address_rate": (("1.5", 1.5), ("0", 0.0), ("2", 2.0)),
    "address_burst": (("1", 1), ("2", 2), ("3", 3)),
    "cors_origin": (
        ('["https://a.example"]', ("https://a.example",)),
        ("https://b.example", ("https://b.example",)),
        ("https://c.example", ("https://c.example",)),
    ),
    "log_level": (('"debug"', "debug"), ("warning", "warning"), ("error", "error")),
    "log_format": (('"json"', "json"), ("json", "json"), ("text", "text")),
}


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """The settings with which a server would have been run."""
    seen: list[Settings] = []

    monkeypatch.setattr(serve_module, "run", lambda settings, _on_ready: seen.append(settings))
    monkeypatch.setattr(serve_module, "configure_logging", lambda *_: None)
    return seen


def test_no_setting_is_left_out_here() -> None:
    assert VALUES.keys() == {field.name for field in fields(Settings)}


@pytest.mark.parametrize("name", VALUES)
def test_a_flag_wins_over_the_environment_and_that_over_the_file(
    audioscape: Command, served: list[Settings], name: str
) -> None:
    (in_file, from_file), (in_env, from_env), (in_flag, from_flag) = VALUES[name]
    flag = ("--" + name.replace("_", "-"), in_flag)
    env = {name.upper(): in_env}
    assert audioscape("serve").code == 0
    (audioscape.folder / "audioscape.toml").write_text(f"{name} = {in_file}\n")
    assert audioscape("serve").code == 0
    assert audioscape("serve", env=env).code == 0
    assert audioscape("serve", *flag, env=env).code == 0
    assert [getattr(settings, name) for settings in served] == [
        getattr(Settings(), name),
        from_file,
        from_env,
        from_flag,
    ]


@pytest.mark.parametrize("name", VALUES)
def test_an_empty_variable_counts_as_unset(audioscape: Command, served: list[Settings], name: str) -> None:
    (in_file, from_file), _, _ = VALUES[name]
    env = {name.upper(): "", "CONFIG": ""}
    assert audioscape("serve", env=env).code == 0
    (audioscape.folder / "audioscape.toml").write_text(f"{name} = {in_file}\n")
    assert audioscape("serve", env=env).code == 0
    assert [getattr(settings, name) for settings in served] == [getattr(Settings(), name), from_file]


def test_an_empty_path_is_not_read_as_the_working_folder(audioscape: Command, served: list[Settings]) -> None:
    """As `--data "$FOLDER"` is, with FOLDER unset."""
    for words in (("serve", "--data="), ("keys", "list", "--data="), ("serve", "--data", "")):
        done = audioscape(*words)
        assert (done.code, done.err) == (1, "error: --data is empty: give a path, or leave it out.\n"), words
    (audioscape.folder / "audioscape.toml").write_text('data = ""\n')
    assert (audioscape("serve").code, served) == (1, [])


def test_the_file_may_be_elsewhere_and_must_then_be_there(audioscape: Command, served: list[Settings]) -> None:
    elsewhere = audioscape.folder / "other.toml"
    env = {"CONFIG": str(elsewhere)}
    done = audioscape("serve", env=env)
    assert done.code == 1
    assert f"error: The settings file {elsewhere} cannot be read: No such file or directory." in done.err
    elsewhere.write_text("port = 9\n")
    assert audioscape("serve", env=env).code == 0
    assert [settings.port for settings in served] == [9]


@pytest.mark.parametrize("content", [b"port 9", b"port = 9\nport = 9", b"\xff"])
def test_a_file_that_is_no_toml_is_told(audioscape: Command, served: list[Settings], content: bytes) -> None:
    (audioscape.folder / "audioscape.toml").write_bytes(content)
    done = audioscape("serve")
    assert (done.code, served) == (1, [])
    assert done.err.startswith("error: The settings file audioscape.toml is not valid TOML: ")


@pytest.mark.parametrize(
    ("flag", "value"),
    [
        ("--port", "0x"),
        ("--port", "65536"),
        ("--port", "-1"),
        ("--block-events", "0"),
        ("--spool-max-bytes", "0"),
        ("--spool-reserve-bytes", "-1"),
        ("--load-interval", "-0.1"),
        ("--load-interval", "nan"),
        ("--address-rate", "-1"),
        ("--address-rate", "nan"),
        ("--address-rate", "inf"),
        ("--address-burst", "0"),
        ("--log-level", "loud"),
        ("--log-format", "xml"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_by_its_name(
    audioscape: Command, served: list[Settings], flag: str, value: str
) -> None:
    done = audioscape("serve", flag, value)
    assert done.code in (1, 2)  # 2 where the command line itself is wrong, as everywhere
    assert flag in done.out + done.err
    assert value in done.out + done.err
    assert served == []


def test_a_misspelt_flag_is_refused(audioscape: Command, served: list[Settings]) -> None:
    done = audioscape("serve", "--prot", "1")
    assert done.code == 2
    assert "--prot" in done.out + done.err
    assert served == []


@pytest.mark.parametrize("name", [field.name for field in fields(Settings)])
def test_help_tells_every_setting_with_its_default(audioscape: Command, name: str) -> None:
    done = audioscape("serve", "--help")
    assert done.code == 0
    text = " ".join(done.out.split())
    assert f"--{name.replace('_', '-')}" in text
    default = getattr(Settings(), name)
    if default != "":
        assert str(default) in text


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("PROT", "PORT"),
        ("DTAA", "DATA"),
        ("DATAS", "DATA"),
        ("SPOOL_MAX_BYTE", "SPOOL_MAX_BYTES"),
        ("SPOOL_MAX", "SPOOL_MAX_BYTES"),
        ("LOGLEVEL", "LOG_LEVEL"),
        ("WAREHOUS", "WAREHOUSE"),
        ("DATA_DIR", "DATA"),
        ("SECRETS", "SECRET"),
    ],
)
def test_a_misspelt_variable_is_refused(audioscape: Command, served: list[Settings], variable: str, meant: str) -> None:
    done = audioscape("serve", env={variable: "9"})
    assert (done.code, served) == (1, [])
    assert done.err == f"error: The variable AUDIOSCAPE_{variable} is no setting; did you mean AUDIOSCAPE_{meant}?\n"


@pytest.mark.parametrize(
    "variable",
    [
        "ENDPOINT",
        "API_KEY",
        "DEBUG",
        "DRY_RUN",
        "ENABLED",
        "FORMAT",
        "OUTPUT",
        "NAME",
        "RATE",
        "TEST_KEY",
        "VERSION",
        "SERVICE_HOST",
        "SERVICE_PORT",
        "PORT_8000_TCP_ADDR",
        "IMAGE",
    ],
)
def test_a_variable_of_something_else_is_let_be(audioscape: Command, served: list[Settings], variable: str) -> None:
    """The SDKs have variables, and an orchestrator sets some for each of its services."""
    assert audioscape("serve", env={variable: "9"}).code == 0
    assert served == [Settings()]


def test_a_byte_order_mark_before_the_file_is_forgiven(audioscape: Command, served: list[Settings]) -> None:
    (audioscape.folder / "audioscape.toml").write_bytes(b"\xef\xbb\xbfport = 9\n")
    assert audioscape("serve").code == 0
    assert [settings.port for settings in served] == [9]
