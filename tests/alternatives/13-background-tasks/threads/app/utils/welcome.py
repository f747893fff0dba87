import re
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTPUTF8
from email.utils import localtime, make_msgid


def welcome_mail(name: str, address: str, sender: str) -> EmailMessage:
    one_line = re.sub(r"\s+", " ", name).strip()
    quoted = one_line.replace("\\", "\\\\").replace('"', '\\"')
    message = EmailMessage(policy=SMTPUTF8)
    message["Message-ID"] = make_msgid("welcome", sender.rsplit("@", maxsplit=1)[-1])
    message["Date"] = localtime()
    message["Subject"] = str(Header("Welcome to Posts"))
    message["From"] = f"Posts <{sender}>"
    message["To"] = f'"{quoted}" <{address}>'
    message.set_content("\n".join([f"Hello {one_line},", "", "welcome."]), cte="base64")
    return message
