# The proxy lab as it is handed in: one client at a time, GET only, one recv() for the answer.
import sys
from socket import *

tcpSerSock = socket(AF_INET, SOCK_STREAM)
tcpSerSock.bind(("", int(sys.argv[1])))
tcpSerSock.listen(1)
while True:
    tcpCliSock, addr = tcpSerSock.accept()
    message = tcpCliSock.recv(1024).decode()
    url = message.split()[1].partition("//")[2]
    host, slash, path = url.partition("/")
    name, colon, port = host.partition(":")
    c = socket(AF_INET, SOCK_STREAM)
    try:
        c.connect((name, int(port or 80)))
        c.send(("GET /" + path + " HTTP/1.0\r\n\r\n").encode())
        tcpCliSock.send(c.recv(4096))
    except error:
        tcpCliSock.send(b"HTTP/1.0 404 Not Found\r\n\r\n")
    c.close()
    tcpCliSock.close()
