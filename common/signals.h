// SIGINT and SIGTERM as a descriptor that a blocking poll can wait for beside its others; SIGHUP as
// another.
#pragma once

#include "common/file_descriptor.h"

namespace net {

/// From now on the first SIGINT or SIGTERM makes interruption() readable, for good; a second one of
/// the same kind ends the process at once. One that was ignored when the program started (nohup, a
/// shell's `&`) stays ignored. A write to a peer that has gone gives EPIPE instead of SIGPIPE.
void catch_interrupts();

/// Readable once somebody asked us to stop; -1, which poll passes over, before catch_interrupts().
[[nodiscard]] int interruption();

/// From now on SIGHUP ends nothing: each makes this descriptor, a signalfd(2), readable. For main,
/// before it starts a thread. It is told under nohup, too, which only wanted it to end nothing.
[[nodiscard]] FileDescriptor catch_hangups();

} // namespace net
