// Catch2, version 2 (Debian 12, Ubuntu 22.04), with its matchers under one set of names.
// tests/Makefile chooses between this file and its twin for version 3.
#pragma once

#define CATCH_CONFIG_EXTERNAL_INTERFACES
#include <catch2/catch.hpp>

using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using Catch::Matchers::Matches;
using Catch::Matchers::StartsWith;
