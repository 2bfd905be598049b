#include "common/program/user_folder.h"

#include <cstdlib>

namespace net {
namespace {

/// The absolute path in an environment variable; empty if there is none.
std::string path_in(const char* variable)
{
    const char* value = std::getenv(variable);
    return value != nullptr && *value == '/' ? value : "";
}

} // namespace

std::string cache_folder(const std::string& name)
{
    if (const auto cache = path_in("XDG_CACHE_HOME"); !cache.empty()) return cache + "/" + name;
    if (const auto home = path_in("HOME"); !home.empty()) return home + "/.cache/" + name;
    return {};
}

} // namespace net
