# The UDP pinger lab: any answer will do, and the server is where it always was.
import time
from socket import *

clientSocket = socket(AF_INET, SOCK_DGRAM)
clientSocket.settimeout(1)
for i in range(1, 11):
    start = time.time()
    clientSocket.sendto(("Ping %d %s" % (i, time.ctime())).encode(), ("127.0.0.1", 12000))
    try:
        data, server = clientSocket.recvfrom(1024)
        print(data.decode())
        print("RTT:", time.time() - start)
    except timeout:
        print("Request timed out")
