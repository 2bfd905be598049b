# The web server lab as its sheet asks: HTML only, and a line end behind the file.
from socket import *

server = socket(AF_INET, SOCK_STREAM)
server.bind(("", 80))
server.listen(1)
while True:
    print("Ready to serve...")
    connection, _ = server.accept()
    try:
        name = connection.recv(1024).decode().split()[1]
        page = open(name[1:]).read()
        connection.send(b"HTTP/1.1 200 OK\r\n\r\n")
        for letter in page:
            connection.send(letter.encode())
        connection.send(b"\r\n")
    except IOError:
        connection.send(b"HTTP/1.1 404 Not Found\r\n\r\n")
        connection.send(b"<html><body><h1>404 Not Found</h1></body></html>\r\n")
    connection.close()
