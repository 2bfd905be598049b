# The ICMP pinger lab as its sheet asks, with a host built in.
import os
import select
import socket
import struct
import time


def checksum(message):
    if len(message) % 2:
        message += b"\0"
    total = sum((message[i] << 8) + message[i + 1] for i in range(0, len(message), 2))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ping(address):
    connection = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    identifier = os.getpid() & 0xffff
    data = struct.pack("d", time.time())
    header = struct.pack("!BBHHH", 8, 0, 0, identifier, 1)
    header = struct.pack("!BBHHH", 8, 0, checksum(header + data), identifier, 1)
    connection.sendto(header + data, (address, 1))
    start = time.time()
    readable, _, _ = select.select([connection], [], [], 1)
    if not readable:
        return "Request timed out."
    connection.recvfrom(1024)
    return time.time() - start


address = socket.gethostbyname("google.com")
print("Pinging " + address)
while True:
    print(ping(address))
    time.sleep(1)
