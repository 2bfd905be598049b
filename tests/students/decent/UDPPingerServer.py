# The lab's server: it loses three pings of ten, and answers the others in capitals.
import random
import sys
from socket import *

serverSocket = socket(AF_INET, SOCK_DGRAM)
serverSocket.bind(("", int(sys.argv[1]) if len(sys.argv) > 1 else 12000))
while True:
    message, address = serverSocket.recvfrom(65536)
    if random.randint(1, 10) > 3:
        serverSocket.sendto(message.upper(), address)
