// A file that goes with a message. It is opened at once, so that what is missing is told before
// anybody is connected to, and read piece by piece while it is sent.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "common/file_descriptor.h"
#include "mailclient/message/input.h"

namespace mail {

class Attachment {
public:
    /// Throws Failure (Exit::no_input) when it cannot be read or is no regular file.
    explicit Attachment(const std::string& path);

    /// Without the folders.
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] std::uint64_t size() const { return size_; }
    /// Its bytes as lines of base64, as many as size() said. Throws Failure when the file has
    /// become shorter.
    void write_base64(const Sink& sink) const;

private:
    std::string path_;
    std::string name_;
    std::shared_ptr<net::FileDescriptor> file_;
    std::uint64_t size_ = 0;
};

} // namespace mail
