# The mail client lab as the skeleton has it: every reply is printed, none is obeyed.
import sys
from socket import *

clientSocket = socket(AF_INET, SOCK_STREAM)
clientSocket.connect((sys.argv[1], int(sys.argv[2])))
recv = clientSocket.recv(1024).decode()
print(recv)
if recv[:3] != "220":
    print("220 reply not received from server.")
for command in ["HELO Alice", "MAIL FROM: <" + sys.argv[3] + ">", "RCPT TO: <" + sys.argv[4] + ">",
                "DATA"]:
    clientSocket.send((command + "\r\n").encode())
    print(clientSocket.recv(1024).decode())
msg = open(sys.argv[5]).read().replace("\n", "\r\n")
clientSocket.send(msg.encode())
clientSocket.send("\r\n.\r\n".encode())
print(clientSocket.recv(1024).decode())
clientSocket.send("QUIT\r\n".encode())
print(clientSocket.recv(1024).decode())
