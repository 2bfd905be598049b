# The proxy lab as its sheet asks: http://localhost:8888/www.google.com; it knows host names only.
import sys
from socket import *

if len(sys.argv) <= 1:
    print("Usage: python ProxyServer.py server_ip")
    sys.exit(2)
server = socket(AF_INET, SOCK_STREAM)
server.bind(("", 8888))
server.listen(100)
while True:
    client, _ = server.accept()
    name = client.recv(4096).decode().split()[1].partition("/")[2]
    try:
        with open(name, "rb") as page:
            client.send(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + page.read())
    except IOError:
        try:
            origin = socket(AF_INET, SOCK_STREAM)
            origin.connect((name.replace("www.", "", 1), 80))
            stream = origin.makefile("rwb", 0)
            stream.write(("GET http://" + name + " HTTP/1.0\n\n").encode())
            with open(name, "wb") as page:
                for line in stream.readlines():
                    page.write(line)
                    client.send(line)
        except OSError as error:
            print("Illegal request", error)
    client.close()
