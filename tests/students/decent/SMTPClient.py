# The mail client lab, done with care: SMTPClient.py host port from to file
import sys
from socket import *


class Refused(Exception):
    pass


def readReply(replies, expected):
    text = ""
    while True:
        line = replies.readline().decode(errors="replace")
        if not line:
            raise Refused("the server has closed the connection")
        text += line
        if line[3:4] != "-":
            break
    if not line.startswith(expected):
        raise Refused(text.strip())


def command(connection, replies, text, expected):
    connection.sendall((text + "\r\n").encode())
    readReply(replies, expected)


host, port, sender, recipient, filename = sys.argv[1:6]
try:
    connection = create_connection((host, int(port)), 30)
    replies = connection.makefile("rb")
    readReply(replies, "220")
    command(connection, replies, "HELO " + gethostname(), "250")
    command(connection, replies, "MAIL FROM:<" + sender + ">", "250")
    command(connection, replies, "RCPT TO:<" + recipient + ">", "250")
    command(connection, replies, "DATA", "354")
    letter = ["From: " + sender, "To: " + recipient, "Subject: A letter", ""]
    letter += open(filename).read().splitlines()
    lines = ["." + line if line.startswith(".") else line for line in letter]
    command(connection, replies, "\r\n".join(lines + ["."]), "250")
    command(connection, replies, "QUIT", "221")
except (Refused, OSError) as error:
    print("Not sent: " + str(error))
    sys.exit(1)
