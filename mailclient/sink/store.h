// Where the sink keeps messages: a folder of files 1.eml, 2.eml, ... that mail programs can open.
#pragma once

#include <atomic>
#include <filesystem>
#include <string>
#include <string_view>

#include "common/file_descriptor.h"

namespace mailsink {

class Store {
public:
    /// Makes the folder if it is not there. Throws Error when another process has it, too.
    explicit Store(std::filesystem::path folder);

    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

    /// A message on its way; nothing is left of one that is never kept.
    class Message {
    public:
        /// Throws net::StorageError.
        explicit Message(Store& store);
        ~Message();
        Message(const Message&) = delete;
        Message& operator=(const Message&) = delete;

        /// What cannot be written is counted all the same; keep() tells.
        void write(std::string_view bytes);
        [[nodiscard]] std::uint64_t size() const { return size_; }
        /// The path of the file that it is now. Throws net::StorageError.
        std::filesystem::path keep();

    private:
        Store& store_;
        std::filesystem::path path_;
        net::FileDescriptor file_;
        std::uint64_t size_ = 0;
        int problem_ = 0; // the errno of a write that failed
    };

private:
    std::filesystem::path folder_;
    net::FileDescriptor lock_{};     // on the folder, as long as this lives
    std::atomic<unsigned> last_ = 0; // numbers are not used again
};

} // namespace mailsink
