# The ICMP pinger lab with its optional parts: ICMPPinger.py host
import os
import select
import struct
import sys
import time
from socket import *

ICMP_ECHO_REPLY = 0
ICMP_UNREACHABLE = 3
ICMP_ECHO_REQUEST = 8
CODES = {0: "Destination Network Unreachable", 1: "Destination Host Unreachable"}


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def sendOnePing(mySocket, destination, ID, sequence):
    data = struct.pack("!d", time.time())
    header = struct.pack("!BBHHH", ICMP_ECHO_REQUEST, 0, 0, ID, sequence)
    header = struct.pack("!BBHHH", ICMP_ECHO_REQUEST, 0, checksum(header + data), ID, sequence)
    mySocket.sendto(header + data, (destination, 1))


def receiveOnePing(mySocket, ID, sequence, timeout):
    end = time.time() + timeout
    while True:
        ready = select.select([mySocket], [], [], max(end - time.time(), 0))
        if not ready[0]:
            return "Request timed out."
        packet, address = mySocket.recvfrom(65536)
        icmp = packet[(packet[0] & 15) * 4:]
        if len(icmp) < 8:
            continue
        kind, code, _, answerID, answerSequence = struct.unpack("!BBHHH", icmp[:8])
        if kind == ICMP_ECHO_REPLY and (answerID, answerSequence) == (ID, sequence):
            if len(icmp) < 16 or checksum(icmp) != 0:
                continue
            sent = struct.unpack("!d", icmp[8:16])[0]
            return "Reply from %s: time=%.3f ms" % (address[0], (time.time() - sent) * 1000)
        if kind == ICMP_UNREACHABLE:
            return "From %s: %s" % (address[0], CODES.get(code, "Destination Unreachable"))


destination = gethostbyname(sys.argv[1])
mySocket = socket(AF_INET, SOCK_RAW, getprotobyname("icmp"))
myID = os.getpid() & 0xFFFF
number = 0
print("Pinging " + destination + " using Python:")
while True:
    number += 1
    sendOnePing(mySocket, destination, myID, number & 0xFFFF)
    print(receiveOnePing(mySocket, myID, number & 0xFFFF, 1))
    time.sleep(1)
