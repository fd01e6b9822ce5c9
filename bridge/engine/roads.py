"""The roads on which people are told something: e-mail, and a program of the office's own that gets the text on its input."""

import os
import shlex
import smtplib
import ssl
import subprocess
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Protocol

from bridge.errors import UserError
from bridge.settings import Settings

TIMEOUT_S = 20
PROGRAM_S = 60


class RoadFailed(Exception):
    """The message did not go out; it is tried again. Holds no secret."""


class Road(Protocol):
    """One way to tell somebody something."""

    @property
    def name(self) -> str:
        """Under which it is remembered that something was told."""

    def send(self, heading: str, text: str) -> None:
        """Sends one message. Raises RoadFailed."""


@dataclass(frozen=True, slots=True)
class Mail:
    """E-mail over SMTP."""

    to: tuple[str, ...]
    sender: str
    host: str
    port: int
    security: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    name: str = "mail"

    def send(self, heading: str, text: str) -> None:
        """One message to all addresses; it is out once the server has taken it for at least one of them."""
        message = EmailMessage()
        message["Subject"], message["From"], message["To"] = heading, self.sender, ", ".join(self.to)
        message["Date"], message["Message-ID"] = formatdate(localtime=True), make_msgid("jembatan")
        message.set_content(text)
        try:
            with self._connect() as server:
                if self.user is not None:
                    server.login(self.user, self.password if self.password is not None else "")
                server.send_message(message)
        except smtplib.SMTPResponseException as error:
            raise RoadFailed(f"{self.host}: {error.smtp_code} {_words(error.smtp_error)}") from None
        except (OSError, smtplib.SMTPException) as error:
            raise RoadFailed(f"{self.host}: {error}") from None

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.security == "tls":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_S, context=context)
        server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_S)
        if self.security == "starttls":
            try:
                server.starttls(context=context)
            except BaseException:
                server.close()
                raise
        return server


@dataclass(frozen=True, slots=True)
class Program:
    """A program that passes the text on, to WhatsApp for instance. It must end with 0."""

    words: tuple[str, ...]
    name: str = "command"

    def send(self, heading: str, text: str) -> None:
        """Runs it once, without a shell; the heading is in JEMBATAN_ALERT_HEADING."""
        surroundings = {key: value for key, value in os.environ.items() if not key.startswith("JEMBATAN_")}
        surroundings["JEMBATAN_ALERT_HEADING"] = heading
        try:
            done = subprocess.run(  # noqa: S603  the office's own program
                self.words,
                input=text.encode(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                timeout=PROGRAM_S,
                check=False,
                env=surroundings,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise RoadFailed(f"{self.words[0]}: {type(error).__name__}") from None
        if done.returncode != 0:
            raise RoadFailed(f"{self.words[0]}: {done.returncode} {_words(done.stderr)}")


def _words(given: bytes | str) -> str:
    """The first words of an answer."""
    text = given.decode(errors="replace") if isinstance(given, bytes) else given
    return " ".join(text.split())[:200]


def roads_of(settings: Settings, password: str | None) -> list[Road]:
    """The roads that the settings name. Raises UserError where they are named by half."""
    roads: list[Road] = []
    if settings.alert_command:
        roads.append(Program(program_words(settings.alert_command)))
    if settings.mail_to:
        if settings.smtp_host is None:
            raise UserError("The setting mail_to needs smtp_host, the mail server. Add it to config/bridge.toml.")
        to = tuple(part.strip() for part in settings.mail_to.split(",") if part.strip())
        sender = settings.mail_from if settings.mail_from is not None else to[0]
        roads.append(
            Mail(
                to, sender, settings.smtp_host, settings.smtp_port, settings.smtp_security, settings.smtp_user, password
            )
        )
    return roads


def program_words(line: str) -> tuple[str, ...]:
    """A command line in words; on Windows a backslash is part of a path."""
    try:
        words = tuple(shlex.split(line, posix=os.name != "nt"))
    except ValueError:
        words = ()
    if not words:
        raise UserError("The setting alert_command cannot be read: {line}. Look at its quotation marks.", line=line)
    return words
