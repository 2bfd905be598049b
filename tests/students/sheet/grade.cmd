# How these programs are started; names, addresses and ports are built in.
WEBSERVER=python3 WebServer.py
UDPPINGER=python3 UDPPinger.py
MAILCLIENT=python3 SMTPClient.py
PROXY=python3 ProxyServer.py localhost
ICMPPINGER=python3 ICMPPinger.py
