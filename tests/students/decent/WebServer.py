# The web server lab, done with care: a thread for each connection, 404 for what is not there.
import os
import sys
import threading
import urllib.parse
from socket import *

TYPES = {".html": "text/html", ".txt": "text/plain", ".css": "text/css", ".js": "text/javascript",
         ".json": "application/json", ".png": "image/png", ".jpg": "image/jpeg", ".gif": "image/gif"}


def readRequest(connection):
    """Everything up to the empty line."""
    head = b""
    while b"\r\n\r\n" not in head:
        part = connection.recv(4096)
        if not part or len(head) > 65536:
            return None
        head += part
    return head.decode("latin-1")


def sendHead(connection, status, contentType, length):
    head = ("HTTP/1.1 " + status + "\r\n"
            "Content-Type: " + contentType + "\r\n"
            "Content-Length: " + str(length) + "\r\n"
            "Connection: close\r\n\r\n")
    connection.sendall(head.encode())


def refuse(connection, status):
    body = ("<h1>" + status + "</h1>").encode()
    sendHead(connection, status, "text/html", len(body))
    connection.sendall(body)


def serve(connection):
    connection.settimeout(10)
    try:
        request = readRequest(connection)
        if request is None:
            return
        words = request.split("\r\n")[0].split(" ")
        if len(words) != 3 or not words[2].startswith("HTTP/1."):
            refuse(connection, "400 Bad Request")
            return
        method, target, version = words
        if method not in ("GET", "HEAD"):
            refuse(connection, "501 Not Implemented")
            return
        path = urllib.parse.unquote(target.split("?")[0]).lstrip("/")
        if path == "" or path.endswith("/"):
            path += "index.html"
        root = os.path.realpath(".")
        file = os.path.realpath(os.path.join(root, path))
        if not file.startswith(root + os.sep) or not os.path.isfile(file):
            refuse(connection, "404 Not Found")
            return
        kind = TYPES.get(os.path.splitext(file)[1].lower(), "application/octet-stream")
        with open(file, "rb") as f:
            sendHead(connection, "200 OK", kind, os.path.getsize(file))
            if method == "GET":
                connection.sendfile(f)
    except OSError:
        pass
    finally:
        connection.close()


serverPort = int(sys.argv[1]) if len(sys.argv) > 1 else 6789
serverSocket = socket(AF_INET, SOCK_STREAM)
serverSocket.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
serverSocket.bind(("", serverPort))
serverSocket.listen(100)
while True:
    connectionSocket, address = serverSocket.accept()
    threading.Thread(target=serve, args=(connectionSocket,), daemon=True).start()
