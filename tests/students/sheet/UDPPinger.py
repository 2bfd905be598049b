# The UDP pinger lab as its sheet asks: numbered from 0, in small letters, with an address built in.
import time
from socket import *

connection = socket(AF_INET, SOCK_DGRAM)
connection.settimeout(1)
for number in range(10):
    start = time.time()
    message = "ping %d %s\r\n" % (number, time.asctime())
    connection.sendto(message.encode(), ("10.11.116.212", 12000))
    try:
        answer, address = connection.recvfrom(1024)
        print(answer.decode().strip(), "RTT", time.time() - start)
    except timeout:
        print("Request timed out")
