// The folder of saved pages. For each URL it has a body and a text record, both named by the URL's
// hash, so that no URL can choose a file name.
#pragma once

#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "common/file_descriptor.h"
#include "common/program/atomic_file.h"
#include "webserver/fetch/page_record.h"

namespace webserver {

/// A saved page with its body, open; saving the page again does not change this copy.
struct SavedCopy {
    SavedPage page;
    net::FileDescriptor body; // none for a redirect
};

/// Thread-safe. When several processes share a folder, a copy whose body and record do not match
/// counts as missing.
class PageStore {
public:
    /// The folder is created with the first page. Its pages have at most `most_bytes`: to make
    /// room, the pages fetched longest ago are removed, but never the one saved last, however
    /// large.
    PageStore(std::filesystem::path folder, std::uint64_t most_bytes);

    [[nodiscard]] std::optional<SavedCopy> find(const std::string& url) const;

    /// A temporary file for the body, to be written and passed to save().
    [[nodiscard]] net::AtomicFile begin(const std::string& url) const;
    [[nodiscard]] SavedCopy save(const SavedPage& page, net::AtomicFile& body);
    /// Records a redirect from `moved.url` to `moved.moved_to`.
    void save_move(const SavedPage& moved);
    /// Replaces the record after a 304, unless another thread has saved a newer copy meanwhile.
    void renew(const SavedPage& old, const SavedPage& renewed);

    /// All pages with a body, the latest first.
    [[nodiscard]] std::vector<SavedPage> list() const;

private:
    [[nodiscard]] std::filesystem::path body_of(const std::string& url) const;
    [[nodiscard]] std::filesystem::path record_file_of(const std::string& url) const;
    [[nodiscard]] std::vector<SavedPage> records() const;
    [[nodiscard]] std::optional<SavedCopy> open(SavedPage page) const;
    void write_record(const SavedPage& page) const;
    void make_room(std::uint64_t growth, const std::string& newest);
    void remove_bodies_without_record() const;
    void make_folder() const;

    std::filesystem::path folder_;
    std::uint64_t most_bytes_;
    std::uint64_t room_ = 0;   // bytes that can be added before the next scan of the folder
    mutable std::mutex mutex_; // a body and its record change together
};

} // namespace webserver
