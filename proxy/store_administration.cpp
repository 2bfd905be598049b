#include "proxy/store_administration.h"

#include <iostream>
#include <string>

#include "common/http/date.h"
#include "common/http/page_url.h"
#include "common/text/ascii.h"
#include "proxy/message/request.h"

namespace proxy {
namespace {

std::string state_of(const StoredHead& head)
{
    const auto ttl = head.lifespan().ttl(http::now()).count();
    if (head.control().no_cache) return "must be validated";
    return ttl > 0 ? "fresh for " + std::to_string(ttl) + " s"
                   : "stale for " + std::to_string(-ttl) + " s";
}

/// "200 1234 B fresh for 60 s http://example.org/ [accept: text/html]", and the path of the body.
std::string line_for(const StoredHead& head, const StoreFolder& folder)
{
    const StoredResponseMeta& meta = head.meta();
    std::string line = std::to_string(meta.status) + " " + std::to_string(meta.body_size) + " B " +
                       state_of(head) + " " + net::escaped(meta.url);
    for (const std::string& each : meta.variant)
        line += " [" + net::escaped(each) + "]";
    return line + "\n    " + folder.body_path(head).string() + "\n";
}

void list(const StoreFolder& folder)
{
    for (const StoreFolder::Entry& entry : folder.scan())
        if (const auto head = folder.read_head(entry.key); head && folder.open_body(*head))
            std::cout << line_for(*head, folder);
    if (!std::cout.flush()) throw net::Error("write the list to standard output: the write failed");
}

void purge(const StoreFolder& folder, const std::vector<std::string>& urls)
{
    for (const std::string& text : urls) {
        const auto url = http::url_from_user(text);
        if (!url) throw net::Error("purge " + net::escaped(text) + ": not a valid URL");
        std::size_t count = folder.purge(*url);
        const auto as_typed = url_of_request(text); // clients may write it unlike a browser
        if (as_typed && *as_typed != *url) count += folder.purge(*as_typed);
        std::cout << count << (count == 1 ? " entry" : " entries") << " of " << *url
                  << " removed\n";
    }
}

} // namespace

std::filesystem::path cache_folder(const Options& options)
{
    return options.cache_folder == "none" ? "" : options.cache_folder;
}

StoreLimits store_limits(const Options& options)
{
    constexpr int mebibyte = 20;
    return {.capacity = std::uint64_t{options.cache_size} << mebibyte,
            .object = std::uint64_t{options.most_cached} << mebibyte};
}

bool administer_store(const Options& options)
{
    if (!options.list && options.purge.empty()) return false;
    if (options.cache_folder == "none")
        throw net::Error("--list and --purge need a cache folder (--cache-dir DIR)");
    const StoreFolder folder(options.cache_folder);
    purge(folder, options.purge);
    if (options.list) list(folder);
    return true;
}

} // namespace proxy
