#include "common/program/user_folder.h"

#include "catch.h"

#include <cstdlib>

TEST_CASE("The cache folder follows XDG_CACHE_HOME, else HOME", "[common][user_folder]")
{
    const std::string home = std::getenv("HOME") == nullptr ? "" : std::getenv("HOME");
    ::setenv("HOME", "/home/ada", 1);
    ::unsetenv("XDG_CACHE_HOME");
    CHECK(net::cache_folder("proxy") == "/home/ada/.cache/proxy");
    ::setenv("XDG_CACHE_HOME", "relative", 1); // the specification requires ignoring it
    CHECK(net::cache_folder("proxy") == "/home/ada/.cache/proxy");
    ::setenv("XDG_CACHE_HOME", "/var/cache/ada", 1);
    CHECK(net::cache_folder("webserver/saved") == "/var/cache/ada/webserver/saved");
    ::unsetenv("XDG_CACHE_HOME");
    ::unsetenv("HOME");
    CHECK(net::cache_folder("proxy").empty());
    if (!home.empty()) ::setenv("HOME", home.c_str(), 1);
}
