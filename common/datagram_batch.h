// Room for datagrams, so that one call brings many of them; and the kernel's own room before that.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>

#include "common/control_data.h"
#include "common/error.h"
#include "common/file_descriptor.h"

namespace net {

/// For recvmmsg(2): it fills messages(), and for each of them there is an Item, which the owner
/// fills. What an item refers to is valid until the next empty_messages().
template <typename Item> struct Inbox {
    static constexpr std::size_t slots = 32;
    static constexpr std::size_t slot_size = std::size_t{64} << 10; // any datagram

    /// What receiving needs to fill all slots.
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

    // Left as it is: memory that no datagram has reached costs nothing.
    std::unique_ptr<std::byte[]> bytes =
        std::make_unique_for_overwrite<std::byte[]>(slots * slot_size);
    std::array<iovec, slots> contents{};
    std::array<sockaddr_in6, slots> senders{};
    std::array<Control, slots> controls{};
    std::array<mmsghdr, slots> messages{};
    std::array<Item, slots> items{};
    std::size_t used = slots; // the first ones, since they were emptied
};

/// Lets so many bytes wait for us in the kernel, or as many as the system lets us: root may exceed
/// net.core.rmem_max.
inline void enlarge_receive_buffer(const FileDescriptor& socket, int size)
{
    for (const int option : {SO_RCVBUFFORCE, SO_RCVBUF})
        if (::setsockopt(socket.get(), SOL_SOCKET, option, &size, sizeof size) == 0) return;
    fail("enlarge a receive buffer");
}

} // namespace net
