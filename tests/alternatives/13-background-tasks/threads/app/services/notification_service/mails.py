import logging
import smtplib
import ssl

from app.services.notification_service.trying import Later, No, trying
from app.utils.welcome import welcome_mail

log = logging.getLogger(__name__)


@trying("welcome mail")
def greet(settings, name, address):
    if not settings.smtp_host:
        log.warning("no welcome mail: smtp_host is not set")
        return lambda: None
    message = welcome_mail(name, address, settings.mail_from)
    return lambda: _send(settings, message, address)


def _send(settings, message, address):
    kind = smtplib.SMTP_SSL if settings.smtp_security == "tls" else smtplib.SMTP
    more = {"context": ssl.create_default_context()} if kind is smtplib.SMTP_SSL else {}
    try:
        server = kind(
            settings.smtp_host, settings.smtp_port, timeout=settings.delivery_seconds, **more
        )
    except smtplib.SMTPResponseException as error:
        raise (Later if error.smtp_code < 500 else No)(error.smtp_code) from None
    except OSError as error:
        raise Later(type(error).__name__) from None
    try:
        if settings.smtp_security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if settings.smtp_username:
            server.login(settings.smtp_username, settings.smtp_password.get_secret_value())
        server.send_message(message, settings.mail_from, address)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise (Later if max(codes) < 500 else No)(f"refused with {codes[0]}") from None
    except smtplib.SMTPResponseException as error:
        raise (Later if error.smtp_code < 500 else No)(f"code {error.smtp_code}") from None
    except smtplib.SMTPNotSupportedError as error:
        raise No(type(error).__name__) from None
    except ssl.SSLError as error:
        raise No(error.reason) from None
    except OSError as error:
        raise Later(type(error).__name__) from None
    finally:
        server.close()
