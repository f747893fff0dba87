"""The mail server that the judge plays: what it takes, what it refuses, and what it remembers."""

import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage

import pytest

from kit.mail import AUTHORITY, MailServer

ADA = "ada@example.com"
TRUSTING = ssl.create_default_context(cafile=AUTHORITY)


def mail(name="Ada", address=ADA):
    message = EmailMessage()
    local, _, domain = address.rpartition("@")
    message["From"], message["To"] = "posts@example.com", Address(name, local, domain)
    message.set_content(f"Hello {name}\n")
    return message


def send(server, message, address=ADA, **options):
    with smtplib.SMTP("127.0.0.1", server.port, timeout=5, **options) as client:
        client.send_message(message, to_addrs=[address])


@pytest.fixture
def server():
    with MailServer() as server:
        yield server


@pytest.mark.parametrize(
    ("name", "address"), [("Lovelace, Ada", ADA), ("Ада", "ädä@exämple.com"), ("日本", ADA)]
)
def test_a_mail_is_read_as_it_was_written(server, name, address):
    send(server, mail(name, address), address)
    [taken] = server.mails_to(address)
    [to] = taken.headers["To"].addresses
    assert (to.display_name, to.addr_spec) == (name, address)
    assert taken.text.strip() == f"Hello {name}"
    assert (taken.recipients, taken.encrypted, taken.user) == ([address], False, None)


def test_a_refusal_is_for_one_address_and_once(server):
    server.refuse(ADA, RCPT=["451 {} is busy"], DATA=["554 No"])
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(server, mail())
    assert refused.value.recipients[ADA] == (451, f"{ADA} is busy".encode())
    with pytest.raises(smtplib.SMTPDataError):
        send(server, mail())
    send(server, mail(), "eve@example.com")
    send(server, mail())
    assert server.visits_for(ADA) == 3
    assert len(server.refused) == 1
    assert len(server.mails) == 2


def test_who_is_kept_waiting_goes_on_when_the_gate_is_open(server):
    server.silent = True
    with pytest.raises(OSError, match="timed out"):
        smtplib.SMTP("127.0.0.1", server.port, timeout=0.1)
    server.open_gate()
    send(server, mail())
    assert server.mails
    assert not server.gave_up


def test_a_server_may_leave_after_it_has_taken_a_mail(server):
    server.plans[ADA].leaves_at = "QUIT"
    send(server, mail())
    assert len(server.mails) == 1


def test_starttls_with_a_name():
    with MailServer("starttls") as server:
        server.passwords["posts"] = "secret"
        with smtplib.SMTP("127.0.0.1", server.port, timeout=5) as client:
            client.starttls(context=TRUSTING)
            with pytest.raises(smtplib.SMTPAuthenticationError):
                client.login("posts", "wrong")
            client.login("posts", "secret")
            client.send_message(mail())
        assert [(mail.encrypted, mail.user) for mail in server.mails] == [(True, "posts")]
        assert ("posts", "wrong") in server.signed_in


def test_tls_from_the_first_byte_and_nobody_trusts_it_by_default():
    with MailServer("tls") as server:
        where = ("127.0.0.1", server.port)
        with smtplib.SMTP_SSL(*where, timeout=5, context=TRUSTING) as client:
            client.send_message(mail())
        with pytest.raises(ssl.SSLCertVerificationError):
            smtplib.SMTP_SSL(*where, timeout=5, context=ssl.create_default_context())
        assert [mail.encrypted for mail in server.mails] == [True]
