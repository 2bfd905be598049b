# A server that waits for the next ping of its first client, and loses none.
import sys
from socket import *

serverSocket = socket(AF_INET, SOCK_DGRAM)
serverSocket.bind(("", int(sys.argv[1])))
message, address = serverSocket.recvfrom(1024)
serverSocket.connect(address)
while True:
    serverSocket.send(message.decode().upper().encode())
    message = serverSocket.recv(1024)
