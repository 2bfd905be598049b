# The web client lab with a port of its own and one recv().
import sys
from socket import *

clientSocket = socket(AF_INET, SOCK_STREAM)
clientSocket.connect((sys.argv[1], 6789))
clientSocket.send(("GET /" + sys.argv[2] + " HTTP/1.1\r\n\r\n").encode())
print(clientSocket.recv(2048).decode())
