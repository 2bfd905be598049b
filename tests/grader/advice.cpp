#include "tests/grader/advice.h"

#include <algorithm>
#include <array>
#include <utility>

namespace score {
namespace {

constexpr auto advice = std::to_array<std::pair<std::string_view, std::string_view>>({
    // webserver
    {"An existing page is sent with 200",
     "The answer to a file that is there is a status line such as HTTP/1.1 200 OK, an empty line "
     "(CR LF CR LF behind the head), the whole file, and then the end of the connection."},
    {"A missing page gives 404",
     "The answer to a file that is not there is a status line with 404 and an empty line, and the "
     "server goes on: catch the error of open() and return to accept()."},
    // webclient
    {"The client requests the given file and prints the response",
     "The client connects to the host and port, sends GET /path HTTP/1.1, Host and an empty line, "
     "and prints what it receives."},
    {"The client prints the page of a 404 response",
     "A 404 is a response like any other: the client prints it, too."},
    {"The client reads the whole response, not only its first piece",
     "One recv() returns only what has arrived: call it again until it returns nothing."},
    // udppinger
    {"Ten pings are sent, numbered, with their time",
     "The client sends ten datagrams: the word Ping, a number that grows by one, and the time, "
     "with blanks between them."},
    {"A ping without an answer does not stop the next",
     "An answer may never come: set a time-out of a second on the socket, and send the next ping "
     "when it passes."},
    {"A lost ping, and only that one, is reported as lost",
     "For a ping whose time-out passes, and for no other, the client prints a line such as Request "
     "timed out."},
    {"Each answer is printed with its round-trip time",
     "The client takes the time before sending and after receiving, and prints the difference with "
     "each answer."},
    // udpechoserver
    {"A ping comes back in capitals",
     "The server sends each datagram back to the address that it came from, in capital letters."},
    {"About a third of the pings get no answer, and no more",
     "The server draws a random number for each datagram and leaves about three of ten without an "
     "answer."},
    {"Several clients are served at the same time",
     "Each answer goes to the sender of its datagram: the server must not wait for one client."},
    // mailclient
    {"The client sends the commands of SMTP in order",
     "After the greeting (220) the client sends HELO, MAIL FROM:<address>, RCPT TO:<address>, DATA "
     "and QUIT, each ending with CR LF, and reads the reply before the next."},
    {"The text arrives", "After the reply 354 to DATA the client sends the text and ends it with a "
                         "line that holds only "
                         "a dot: CR LF . CR LF."},
    {"A text of many lines arrives completely", "One send() may take only a part of a long text: "
                                                "call sendall(), or send() until all is sent."},
    // proxy
    {"A page comes through the proxy",
     "The proxy takes host and path from GET /host/path or GET http://host/path, connects to port "
     "80 of the host, asks for the page, and sends the client all that comes back."},
    {"After one page the proxy brings another",
     "When a page is sent, the proxy closes the client's connection and returns to accept()."},
    // icmppinger
    {"Echo requests have the format of RFC 792",
     "An echo request has type 8, code 0, the checksum of the whole message in network byte order, "
     "an identifier that stays the same, and a sequence number."},
    {"A request without an answer does not stop the next",
     "An answer may never come: wait with select() or a time-out for a second, then send the "
     "next."},
    {"Something is printed when an answer comes",
     "Each echo reply gets a line: read the ICMP header behind the 20 bytes of the IP header and "
     "compare the identifier."},
    {"The round-trip time is printed in seconds or milliseconds",
     "The program takes the time before sending and after receiving, and prints the difference."},
    {"A ping without an answer is reported",
     "When the time-out passes, the program prints a line such as Request timed out."},
});

} // namespace

std::string_view advice_for(std::string_view name)
{
    const auto* const found =
        std::ranges::find(advice, name, &std::pair<std::string_view, std::string_view>::first);
    return found == advice.end() ? std::string_view() : found->second;
}

} // namespace score
