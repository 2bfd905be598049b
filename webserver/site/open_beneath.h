// Opens files without a way out of a folder.
#pragma once

#include <string>

#include "common/file_descriptor.h"

namespace webserver {

enum class Access {
    status,  // fstat(2) and look-ups below a folder only (O_PATH); touches no device
    reading, // never blocks, not even on a FIFO
};

/// Opens `path`, relative to the open `folder`, which may be open for its status only. Neither
/// "..", nor a leading slash, nor a symbolic link leads out of the folder; links that end inside it
/// are followed, whatever their form. No descriptor and errno when it can't be opened; for what is
/// outside it is EXDEV, ELOOP or ENOTDIR, and tells nothing of permissions there.
[[nodiscard]] net::FileDescriptor open_beneath(const net::FileDescriptor& folder,
                                               const std::string& path, Access access);

/// The same without openat2(2), which is missing before Linux 5.6 and forbidden in some containers.
[[nodiscard]] net::FileDescriptor open_beneath_portably(const net::FileDescriptor& folder,
                                                        const std::string& path, Access access);

/// Opens `path`, relative to the open `folder`, wherever it leads.
[[nodiscard]] net::FileDescriptor open_anywhere(const net::FileDescriptor& folder,
                                                const std::string& path, Access access);

} // namespace webserver
