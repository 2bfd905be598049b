# The UDP pinger lab: any answer will do.
import sys
import time
from socket import *

clientSocket = socket(AF_INET, SOCK_DGRAM)
clientSocket.settimeout(1)
for i in range(1, 11):
    start = time.time()
    clientSocket.sendto(("Ping %d %s" % (i, time.ctime())).encode(), (sys.argv[1], int(sys.argv[2])))
    try:
        data, server = clientSocket.recvfrom(1024)
        print(data.decode())
        print("RTT:", time.time() - start)
    except timeout:
        print("Request timed out")
