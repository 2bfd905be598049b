# The mail client lab as its sheet asks: server, addresses and text are built in.
from socket import *

connection = socket(AF_INET, SOCK_STREAM)
connection.connect(("smtp.gmail.com", 587))


def expect(code):
    reply = connection.recv(1024).decode()
    print(reply)
    if reply[:3] != code:
        print(code + " reply not received from server.")


expect("220")
for command, code in [("HELO Alice", "250"), ("MAIL FROM: <alice@crepes.fr>", "250"),
                      ("RCPT TO: <bob@hamburger.edu>", "250"), ("DATA", "354"),
                      ("I love computer networks!\r\n.", "250"), ("QUIT", "221")]:
    connection.send((command + "\r\n").encode())
    expect(code)
connection.close()
