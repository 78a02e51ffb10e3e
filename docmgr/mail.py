"""Give mails to the mail server of the settings.

Everything that waits for the server has a time limit: one answer may take ANSWER_SECONDS, and one connection with all its
mails CONNECTION_SECONDS, after which it is cut whatever the server does.
"""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Literal, TypeVar

from docmgr.mail_settings import SmtpServer

ANSWER_SECONDS, CONNECTION_SECONDS = 10.0, 60.0
DETAIL_LENGTH = 300
Done = TypeVar("Done")
Outcome = Literal["taken", "refused", "put off"]


class MailTrouble(Exception):
    """The server takes no mail now. `code` is "password", "unreachable", "certificate", "login" or "answer", and `detail` is
    what the system or the server said."""

    def __init__(self, code: str, detail: object = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code, self.detail = code, str(detail)[:DETAIL_LENGTH]


@dataclass(frozen=True)
class Mail:
    """A mail of plain text to one address. `headers` are further lines of its head."""

    to: str
    subject: str
    body: str
    headers: dict[str, str] = field(default_factory=dict)


def send(server: SmtpServer, mails: Iterable[Mail]) -> Iterator[Outcome]:
    """Send mails over one connection, each when the next item is asked for. Yields what became of each: it was taken, refused
    for good (as is a mail that cannot be written), or put off, such as for a full mailbox. Raises MailTrouble when the server
    takes no mail now; then the mails after the last item were not sent."""
    with _connection(server) as connection:
        for mail in mails:
            try:
                message = _message(server, mail)
            except ValueError:
                yield "refused"
                continue
            try:
                connection.send_message(message, server.sender, [mail.to])
            except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as answer:
                with contextlib.suppress(smtplib.SMTPException):
                    connection.rset()
                yield "refused" if _for_good(answer) else "put off"
            else:
                yield "taken"


def _for_good(refused: smtplib.SMTPException) -> bool:
    """Whether the answer is a permanent one (RFC 5321, 4.2.1). A code of 4xx means that it should be tried again."""
    codes = [code for code, _said in refused.recipients.values()] if isinstance(refused, smtplib.SMTPRecipientsRefused) else [refused.args[0]]
    return all(isinstance(code, int) and code >= 500 for code in codes)


def _message(server: SmtpServer, mail: Mail) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = server.sender, mail.to, mail.subject
    made["Date"], made["Message-ID"] = formatdate(), make_msgid(domain=server.sender.rpartition("@")[2])
    # A program that answers by itself does not answer such a mail (RFC 3834).
    made["Auto-Submitted"] = "auto-generated"
    for name, value in mail.headers.items():
        made[name] = value
    made.set_content(mail.body)
    return made


@contextlib.contextmanager
def _connection(server: SmtpServer) -> Iterator[smtplib.SMTP]:
    password = _password(server)
    opened: list[smtplib.SMTP] = []
    cut = threading.Timer(CONNECTION_SECONDS, _cut, (opened,))
    cut.daemon = True
    cut.start()
    try:
        connection = _told(lambda: _open(server, opened))
        if password is not None:
            _told(lambda: connection.login(server.user, password))
        try:
            yield connection
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise MailTrouble("answer", error) from error
    finally:
        cut.cancel()
        for one in opened:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                one.quit()
            one.close()


def _password(server: SmtpServer) -> str | None:
    if server.password_file is None:
        return None
    try:
        return server.password_file.read_text(encoding="utf-8").splitlines()[0]
    except (OSError, UnicodeError, IndexError) as error:
        raise MailTrouble("password", error) from error


def _open(server: SmtpServer, opened: list[smtplib.SMTP]) -> smtplib.SMTP:
    secure = ssl.create_default_context()
    made = smtplib.SMTP_SSL(timeout=ANSWER_SECONDS, context=secure) if server.scheme == "smtps" else smtplib.SMTP(timeout=ANSWER_SECONDS)
    # SMTP_SSL compares the certificate with this name, which is otherwise only set by its constructor.
    made._host = server.host  # type: ignore[attr-defined]
    opened.append(made)
    code, said = made.connect(server.host, server.port)
    if code != 220:
        raise smtplib.SMTPConnectError(code, said)
    if server.scheme == "smtp+starttls":
        made.starttls(context=secure)
    return made


def _cut(opened: list[smtplib.SMTP]) -> None:
    for connection in opened:
        if connection.sock is not None:
            with contextlib.suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)


def _told(work: Callable[[], Done]) -> Done:
    """Do a step of connecting; what goes wrong is a MailTrouble."""
    try:
        return work()
    except ssl.SSLError as error:
        raise MailTrouble("certificate", error) from error
    except smtplib.SMTPAuthenticationError as error:
        raise MailTrouble("login", error.smtp_code) from error
    except (smtplib.SMTPException, ValueError) as error:
        raise MailTrouble("answer", error) from error
    except OSError as error:
        raise MailTrouble("unreachable", error) from error
