"""Messages to where people are, by Apprise: 企业微信, 钉钉, 飞书, e-mail and a hundred more, each named by a URL.

Sending never fails a run; what could not be sent is told, without the tokens that the URLs hold.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.clock import now
from pipelines.errors import ConfigurationError
from pipelines.publish.news import Message, State, after_failure, after_run, read_state, write_state
from pipelines.publish.snapshots import CORPUS

if TYPE_CHECKING:
    import apprise

VARIABLE = "HUBEI_REPLIES_NOTIFY"
"""URLs of Apprise, or paths of its configuration files, separated by white space."""

Tell = Callable[[str], None]
"""What gets a line for a person to read."""

_TYPES = {"summary": "info", "trouble": "failure", "recovery": "success"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message."""

    sent: int
    problems: tuple[str, ...]


def targets(given: str | None = None) -> list[str]:
    """The configured targets, from the argument or else from the environment."""
    return (os.environ.get(VARIABLE, "") if given is None else given).split()


class Sender:
    """Apprise with its targets. Raises ConfigurationError when it is not installed or a target cannot be understood."""

    def __init__(self, wanted: Sequence[str]) -> None:
        try:
            import apprise
        except ImportError as error:
            raise ConfigurationError(
                "发消息要用 Apprise，还没有安装；请运行 pip install 'hubei-replies[notify]'。"
            ) from error
        # Its own words go into English logs; what matters is told below.
        logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
        self._servers: list[Any] = []
        for number, one in enumerate(wanted, start=1):
            self._servers += _servers(apprise, one, number)

    def send(self, message: Message) -> Outcome:
        """Send one message to every target. Raises nothing."""
        problems = []
        for number, server in enumerate(self._servers, start=1):
            # Not its URL: even the private form that Apprise gives of one shows tokens that stand in a path.
            name = f"第 {number} 个目标（{server.service_name}）"
            try:
                done = server.notify(body=message.body, title=message.title, notify_type=_TYPES[message.kind])
            except Exception as error:  # noqa: BLE001 -- a hundred services; none of them may end a run
                problems.append(f"{name}：{type(error).__name__}")
                continue
            if not done:
                problems.append(f"{name}：对方没有收下，或连不上")
        return Outcome(len(self._servers) - len(problems), tuple(problems))


def _servers(apprise: Any, one: str, number: int) -> list[apprise.NotifyBase]:
    """The services behind a URL or a configuration file; an error names the position, for the URL is a secret."""
    if "://" not in one:
        if not Path(one).is_file():
            raise ConfigurationError(f"{VARIABLE} 的第 {number} 项既不是网址，也不是现有的文件。")
        config, all_of = apprise.AppriseConfig(), apprise.Apprise()
        found = list(all_of) if config.add(one) and all_of.add(config) else []
        if not found:
            raise ConfigurationError(f"{VARIABLE} 的第 {number} 项 {one} 里没有 Apprise 认得的目标。")
        return found
    server = apprise.Apprise.instantiate(one, suppress_exceptions=True)
    if not server:
        scheme = one.partition("://")[0]
        raise ConfigurationError(f"{VARIABLE} 的第 {number} 项（{scheme}://…）Apprise 认不出，请核对写法。")
    return [server]


def tell_run(data: Path, tell: Tell, summary: bool = True, idle: bool = False) -> None:
    """Send what is new after a publication, and keep what was told. Raises nothing that could fail the run.

    `idle`: nothing was published this time; then a failure that was told is not over.
    """

    def made(state: State) -> list[Message]:
        if not (data / CORPUS).is_file() or (idle and state.failure is not None):
            return []
        return after_run(data / CORPUS, state, now(), summary)

    _deliver(data, tell, made)


def tell_failure(data: Path, message: str, tell: Tell) -> None:
    """Send that nothing could be published, once. Raises nothing."""
    _deliver(data, tell, lambda state: after_failure(state, now(), message))


def _deliver(data: Path, tell: Tell, made: Callable[[State], list[Message]]) -> None:
    wanted = targets()
    if not wanted:
        return
    try:
        sender = Sender(wanted)
        state = read_state(data)
        for message in made(state):
            outcome = sender.send(message)
            for problem in outcome.problems:
                tell(f"消息“{message.title}”没有发到 {problem}。")
            if outcome.sent:
                state = message.told(state)
                write_state(data, state)
    except Exception as error:  # noqa: BLE001 -- a message that fails must not fail the crawl that it is about
        said = str(error) if isinstance(error, ConfigurationError) else f"{type(error).__name__}：{error}"
        tell(f"消息没有发：{said}")
