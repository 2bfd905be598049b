# The web client lab: WebClient.py host port file
import sys
from socket import *

host, port, filename = sys.argv[1], int(sys.argv[2]), sys.argv[3]
clientSocket = socket(AF_INET, SOCK_STREAM)
clientSocket.settimeout(10)
try:
    clientSocket.connect((host, port))
except OSError as error:
    print("Cannot connect to " + host + ": " + str(error))
    sys.exit(1)
request = "GET /" + filename + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"
clientSocket.sendall(request.encode())
response = b""
while True:
    part = clientSocket.recv(4096)
    if not part:
        break
    response += part
clientSocket.close()
print(response.decode(errors="replace"))
