# The proxy lab, done with care: a thread for each connection, bytes as they come, no cache.
import sys
import threading
from socket import *
from urllib.parse import urlsplit


def readHead(connection):
    head = b""
    while b"\r\n\r\n" not in head:
        part = connection.recv(4096)
        if not part:
            return None, b""
        head += part
    head, rest = head.split(b"\r\n\r\n", 1)
    return head.decode("latin-1").split("\r\n"), rest


def refuse(client, status):
    body = ("<h1>" + status + "</h1>").encode()
    client.sendall(("HTTP/1.1 " + status + "\r\nContent-Type: text/html\r\nContent-Length: " +
                    str(len(body)) + "\r\nConnection: close\r\n\r\n").encode() + body)


def relay(source, target):
    while True:
        part = source.recv(65536)
        if not part:
            break
        target.sendall(part)


def tunnel(client, target):
    host, port = target.rsplit(":", 1)
    with create_connection((host, int(port)), 10) as server:
        server.settimeout(None)
        client.settimeout(None)
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        back = threading.Thread(target=carry, args=(server, client), daemon=True)
        back.start()
        carry(client, server)
        back.join()


def carry(source, target):
    try:
        relay(source, target)
        target.shutdown(SHUT_WR)
    except OSError:
        pass


def forward(client, lines, rest):
    method, url, version = lines[0].split(" ")
    parts = urlsplit(url)
    fields = [line for line in lines[1:]
              if line.split(":")[0].lower() not in ("connection", "proxy-connection", "keep-alive")]
    length = 0
    for line in fields:
        if line.lower().startswith("content-length:"):
            length = int(line.split(":")[1])
    path = parts.path or "/"
    if parts.query:
        path += "?" + parts.query
    with create_connection((parts.hostname, parts.port or 80), 10) as server:
        head = [method + " " + path + " HTTP/1.1"] + fields + ["Connection: close", "", ""]
        server.sendall("\r\n".join(head).encode("latin-1") + rest)
        sent = len(rest)
        while sent < length:
            part = client.recv(65536)
            if not part:
                return
            server.sendall(part)
            sent += len(part)
        server.settimeout(60)
        relay(server, client)


def serve(client):
    try:
        client.settimeout(60)
        lines, rest = readHead(client)
        if lines is None:
            return
        words = lines[0].split(" ")
        if len(words) != 3:
            refuse(client, "400 Bad Request")
        elif words[0] == "CONNECT":
            tunnel(client, words[1])
        elif not words[1].startswith("http://"):
            refuse(client, "400 Bad Request")
        else:
            forward(client, lines, rest)
    except ConnectionRefusedError:
        refuse(client, "502 Bad Gateway")
    except gaierror:
        refuse(client, "502 Bad Gateway")
    except OSError:
        pass
    finally:
        client.close()


tcpSerSock = socket(AF_INET, SOCK_STREAM)
tcpSerSock.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
tcpSerSock.bind(("", int(sys.argv[1]) if len(sys.argv) > 1 else 8888))
tcpSerSock.listen(100)
while True:
    tcpCliSock, addr = tcpSerSock.accept()
    threading.Thread(target=serve, args=(tcpCliSock,), daemon=True).start()
