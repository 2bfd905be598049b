// The control data that travels with a message through sendmsg and recvmsg (cmsg(3)).
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstring>

namespace net {

/// Room for all that the kernel may tell of one message.
struct alignas(cmsghdr) Control {
    std::array<char, 512> bytes;
};

/// A message to receive into these.
inline msghdr message(iovec& content, sockaddr_in6& peer, Control& control)
{
    msghdr message{};
    message.msg_name = &peer;
    message.msg_namelen = sizeof peer;
    message.msg_iov = &content;
    message.msg_iovlen = 1;
    message.msg_control = control.bytes.data();
    message.msg_controllen = control.bytes.size();
    return message;
}

/// Calls `look` with each entry of a received message's control data.
template <typename Look> void for_each_entry(msghdr& message, Look look)
{
    for (cmsghdr* entry = CMSG_FIRSTHDR(&message); entry != nullptr;
         entry = CMSG_NXTHDR(&message, entry))
        look(*entry);
}

inline bool is(const cmsghdr& entry, int level, int type)
{
    return entry.cmsg_level == level && entry.cmsg_type == type;
}

/// What an entry of that kind holds.
template <typename Content> Content content_of(const cmsghdr& entry)
{
    Content content{};
    std::memcpy(&content, CMSG_DATA(&entry), sizeof content);
    return content;
}

/// Makes `info` the only entry of a message to send, which has room for it.
template <typename Info> void add_entry(msghdr& message, int level, int type, const Info& info)
{
    cmsghdr* entry = CMSG_FIRSTHDR(&message);
    entry->cmsg_level = level;
    entry->cmsg_type = type;
    entry->cmsg_len = CMSG_LEN(sizeof info);
    std::memcpy(CMSG_DATA(entry), &info, sizeof info);
    message.msg_controllen = CMSG_LEN(sizeof info); // so little that the kernel needs no memory
}

} // namespace net
