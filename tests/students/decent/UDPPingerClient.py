# The UDP pinger lab with its optional statistics: UDPPingerClient.py host port
import sys
import time
from socket import *

host, port = sys.argv[1], int(sys.argv[2])
clientSocket = socket(AF_INET, SOCK_DGRAM)
times = []
for number in range(1, 11):
    sent = time.time()
    message = "Ping " + str(number) + " " + str(sent)
    clientSocket.sendto(message.encode(), (host, port))
    answered = False
    while not answered and time.time() < sent + 1:
        clientSocket.settimeout(max(sent + 1 - time.time(), 0.001))
        try:
            answer, server = clientSocket.recvfrom(1024)
        except timeout:
            break
        answered = answer.decode(errors="replace").upper() == message.upper()
    if answered:
        rtt = time.time() - sent
        times.append(rtt)
        print("Reply from " + server[0] + ": " + answer.decode() + " RTT %.6f s" % rtt)
        time.sleep(max(sent + 0.2 - time.time(), 0))
    else:
        print("Request timed out")
clientSocket.close()
print("loss: %d %%" % (100 - 10 * len(times)))
if times:
    print("min %.6f, avg %.6f, max %.6f" % (min(times), sum(times) / len(times), max(times)))
