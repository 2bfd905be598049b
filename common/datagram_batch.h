// Buffers to receive many datagrams in one call, and the size of the kernel's receive buffer.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>

#include "common/error.h"
#include "common/file_descriptor.h"

namespace net {

/// Buffer for the control data of one message (cmsg(3)).
struct alignas(cmsghdr) Control {
    std::array<char, 512> bytes;
};

/// A message header that receives into these buffers.
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

/// The data of a control entry, as a Content.
template <typename Content> Content content_of(const cmsghdr& entry)
{
    Content content{};
    std::memcpy(&content, CMSG_DATA(&entry), sizeof content);
    return content;
}

/// Makes `info` the only control entry of a message to send, whose buffer must have room for it.
template <typename Info> void add_entry(msghdr& message, int level, int type, const Info& info)
{
    cmsghdr* entry = CMSG_FIRSTHDR(&message);
    entry->cmsg_level = level;
    entry->cmsg_type = type;
    entry->cmsg_len = CMSG_LEN(sizeof info);
    std::memcpy(CMSG_DATA(entry), &info, sizeof info);
    message.msg_controllen = CMSG_LEN(sizeof info); // so small that the kernel allocates nothing
}

/// Slots for recvmmsg(2), which fills `messages`. Each slot has an Item, which the owner fills.
/// Bytes that an item refers to are valid until the next empty_messages().
template <typename Item> struct ReceiveBatch {
    static constexpr std::size_t slots = 32;
    static constexpr std::size_t slot_size = std::size_t{64} << 10; // fits any datagram

    /// Resets the used slots. Returns all messages, ready to receive.
    std::span<mmsghdr> empty_messages()
    {
        for (; used > 0; --used)
            empty(used - 1);
        return messages;
    }
    void empty(std::size_t slot)
    {
        contents[slot] = {bytes.get() + slot * slot_size, slot_size};
        messages[slot].msg_hdr = message(contents[slot], senders[slot], controls[slot]);
    }

    // Not initialized: memory that no datagram has reached costs nothing.
    std::unique_ptr<std::byte[]> bytes =
        std::make_unique_for_overwrite<std::byte[]>(slots * slot_size);
    std::array<iovec, slots> contents{};
    std::array<sockaddr_in6, slots> senders{};
    std::array<Control, slots> controls{};
    std::array<mmsghdr, slots> messages{};
    std::array<Item, slots> items{};
    std::size_t used = slots; // the first ones, to be reset before they are filled
};

/// Sets the kernel's receive buffer to `size` bytes, or as many as the system allows: root may
/// exceed net.core.rmem_max. Throws Error.
inline void enlarge_receive_buffer(const FileDescriptor& socket, int size)
{
    for (const int option : {SO_RCVBUFFORCE, SO_RCVBUF})
        if (::setsockopt(socket.get(), SOL_SOCKET, option, &size, sizeof size) == 0) return;
    fail("enlarge a receive buffer");
}

} // namespace net
