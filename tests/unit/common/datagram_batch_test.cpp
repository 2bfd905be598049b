#include "common/datagram_batch.h"

#include <catch2/catch.hpp>

using net::Inbox;

TEST_CASE("An inbox takes many datagrams with one call, and again when it is emptied",
          "[common][inbox]")
{
    int ends[2] = {-1, -1};
    REQUIRE(::socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) == 0);
    const net::FileDescriptor here(ends[0]);
    const net::FileDescriptor there(ends[1]);
    Inbox<int> inbox;
    for (const std::string text : {"one", "another"}) {
        for (int i = 0; i < 3; ++i)
            REQUIRE(::send(there.get(), text.data(), text.size(), 0) != -1);
        const auto messages = inbox.empty_messages();
        CHECK(messages.size() == Inbox<int>::slots);
        REQUIRE(::recvmmsg(here.get(), messages.data(), Inbox<int>::slots, MSG_DONTWAIT, nullptr) ==
                3);
        inbox.used = 3;
        for (const mmsghdr& message : messages.first(3))
            CHECK(std::string_view(static_cast<const char*>(message.msg_hdr.msg_iov->iov_base),
                                   message.msg_len) == text);
    }
}

TEST_CASE("A receive buffer is enlarged as far as the system lets us", "[common][inbox]")
{
    const net::FileDescriptor socket(::socket(AF_INET, SOCK_DGRAM, 0));
    const auto size = [&socket] {
        int bytes = 0;
        socklen_t length = sizeof bytes;
        ::getsockopt(socket.get(), SOL_SOCKET, SO_RCVBUF, &bytes, &length);
        return bytes;
    };
    const int former = size();
    net::enlarge_receive_buffer(socket, 1 << 20);
    CHECK(size() >= former);
    CHECK_THROWS_WITH(net::enlarge_receive_buffer(net::FileDescriptor(), 1),
                      Catch::Matchers::StartsWith("enlarge a receive buffer: "));
}

TEST_CASE("An entry that is added is found again with its content", "[common][control_data]")
{
    iovec content{};
    sockaddr_in6 peer{};
    net::Control control{};
    msghdr message = net::message(content, peer, control);
    net::add_entry(message, IPPROTO_IP, IP_TTL, 42);
    int found = 0;
    net::for_each_entry(message, [&](const cmsghdr& entry) {
        ++found;
        CHECK(net::is(entry, IPPROTO_IP, IP_TTL));
        CHECK_FALSE(net::is(entry, IPPROTO_IPV6, IP_TTL));
        CHECK(net::content_of<int>(entry) == 42);
    });
    CHECK(found == 1);
}
