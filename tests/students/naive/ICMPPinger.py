# The ICMP pinger lab: the checksum adds up, and whatever comes back is the answer.
import struct
import sys
import time
from socket import *


def checksum(data):
    total = 0
    for i in range(0, len(data), 2):
        total += (data[i] << 8) + data[i + 1]
    total = (total >> 16) + (total & 0xFFFF)
    return ~total & 0xFFFF


mySocket = socket(AF_INET, SOCK_RAW, getprotobyname("icmp"))
while True:
    packet = struct.pack("!BBHHH", 8, 0, 0, 1, 1)
    packet = struct.pack("!BBHHH", 8, 0, checksum(packet), 1, 1)
    start = time.time()
    mySocket.sendto(packet, (sys.argv[1], 1))
    mySocket.recvfrom(1024)
    print("RTT", time.time() - start)
    time.sleep(1)
