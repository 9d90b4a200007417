"""The files of docs/deploy say what this project has: no image is built here."""

from __future__ import annotations

import json
import re

import yaml
from click.testing import CliRunner

from scraper.cli import cli
from tests.conftest import ROOT

DEPLOY = ROOT / "docs" / "deploy"


def test_the_image_is_made_of_files_that_are_there_and_runs_a_command_that_is_there() -> None:
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    for sources in re.findall(r"^COPY (.+) \S+$", text, re.MULTILINE):
        for source in sources.split():
            assert (ROOT / source).exists(), source
    command = json.loads(re.findall(r"^CMD (\[.*\])$", text, re.MULTILINE)[-1])
    assert command[0] == "hubei-replies"
    done = CliRunner().invoke(cli, [*command[1:], "--help"])
    assert done.exit_code == 0
    assert CliRunner().invoke(cli, [*command[1:], "--nothing"]).exit_code == 2
    assert text.index("USER reader") < text.index("\nCMD")


def test_the_container_may_write_nothing() -> None:
    told = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    reader = told["services"]["reader"]
    assert reader["read_only"] is True
    assert reader["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in reader["security_opt"]
    assert all(volume.endswith(":ro") for volume in reader["volumes"])
    assert "ports" not in reader
    assert told["networks"]["inside"]["internal"] is True
    assert (DEPLOY / reader["build"]["context"]).resolve() == ROOT
    assert (ROOT / reader["build"]["dockerfile"]).is_file()


def test_the_proxy_passes_on_what_the_addresses_are_made_of() -> None:
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    assert text.count("{") == text.count("}")
    for line in ("proxy_set_header Host $host", "proxy_set_header X-Forwarded-Proto $scheme"):
        assert text.count(line) == text.count("proxy_pass http://reader")
    assert "(sql|_stream|_where)=" in text
