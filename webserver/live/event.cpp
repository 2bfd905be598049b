#include "webserver/live/event.h"

#include "common/text/json.h"
#include "common/text/printable.h"

namespace webserver {
namespace {

// More would not fit on the screen. Bounds the event queue's memory, too.
constexpr std::size_t most_of_a_head = std::size_t{2} * 1024;

std::string event(std::string_view name, const std::string& members)
{
    return "event: " + std::string(name) + "\ndata: {" + members + "}\n\n";
}

std::string client_member(const net::Address& client)
{
    return R"("client":)" + shown_string(client.text());
}

std::string number_member(std::string_view name, std::uint64_t number)
{
    return "\"" + std::string(name) + "\":" + std::to_string(number);
}

std::string head_member(std::string_view head)
{
    return R"("head":)" + shown_string(head.substr(0, most_of_a_head));
}

} // namespace

std::string shown_string(std::string_view text)
{
    std::string without_cr(text);
    std::erase(without_cr, '\r');
    return net::json_string(net::printable(without_cr));
}

std::string connect_event(const net::Address& client, std::size_t open)
{
    return event("connect", client_member(client) + "," + number_member("open", open));
}

std::string close_event(const net::Address& client, std::size_t open)
{
    return event("close", client_member(client) + "," + number_member("open", open));
}

std::string request_event(const net::Address& client, std::string_view head, std::uint64_t number)
{
    return event("request", client_member(client) + "," + number_member("number", number) + "," +
                                head_member(head));
}

std::string response_event(const net::Address& client, std::string_view head, std::uint64_t size)
{
    return event("answer", client_member(client) + "," + number_member("size", size) + "," +
                               head_member(head));
}

std::string hello_event(const net::Address& watcher, std::size_t open)
{
    return event("hello", client_member(watcher) + "," + number_member("open", open));
}

std::string missed_event(std::uint64_t count)
{
    return event("missed", number_member("count", count));
}

} // namespace webserver
