#include "common/datagram_batch.h"

#include "catch.h"

using net::ReceiveBatch;

TEST_CASE("A receive batch takes many datagrams in one call, and again after it is emptied",
          "[common][datagram_batch]")
{
    int ends[2] = {-1, -1};
    REQUIRE(::socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) == 0);
    const net::FileDescriptor here(ends[0]);
    const net::FileDescriptor there(ends[1]);
    ReceiveBatch<int> inbox;
    for (const std::string text : {"one", "another"}) {
        for (int i = 0; i < 3; ++i)
            REQUIRE(::send(there.get(), text.data(), text.size(), 0) != -1);
        const auto messages = inbox.empty_messages();
        CHECK(messages.size() == ReceiveBatch<int>::slots);
        REQUIRE(::recvmmsg(here.get(), messages.data(), ReceiveBatch<int>::slots, MSG_DONTWAIT,
                           nullptr) == 3);
        inbox.used = 3;
        for (const mmsghdr& message : messages.first(3))
            CHECK(std::string_view(static_cast<const char*>(message.msg_hdr.msg_iov->iov_base),
                                   message.msg_len) == text);
    }
}

TEST_CASE("A receive buffer is enlarged as far as the system allows", "[common][datagram_batch]")
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
                      StartsWith("enlarge a receive buffer: "));
}

TEST_CASE("An added control entry is found with its content", "[common][datagram_batch]")
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
