// Catch2, version 3 (Debian 13, Ubuntu 24.04, Fedora, Homebrew), with its matchers under one set of
// names. tests/Makefile chooses between this file and its twin for version 2.
#pragma once

#include <catch2/catch_all.hpp>
#include <string>

using Catch::Approx;
using Catch::Matchers::EndsWith;
using Catch::Matchers::Matches;
using Catch::Matchers::StartsWith;

inline auto Contains(const std::string& part,
                     Catch::CaseSensitive sensitivity = Catch::CaseSensitive::Yes)
{
    return Catch::Matchers::ContainsSubstring(part, sensitivity);
}
