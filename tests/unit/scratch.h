// A folder that is there for the length of a test.
#pragma once

#include "catch.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

class Scratch {
public:
    Scratch()
    {
        REQUIRE(::mkdtemp(name_.data()) != nullptr);
        std::filesystem::permissions(name_, std::filesystem::perms(0755));
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch()
    {
        std::error_code ignored;
        std::filesystem::remove_all(name_, ignored);
    }

    [[nodiscard]] std::filesystem::path path() const { return name_; }

    /// Writes a file, and makes the folders on the way to it.
    std::filesystem::path write(const std::filesystem::path& name, std::string_view content) const
    {
        auto file = path() / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << content;
        return file;
    }

private:
    std::string name_ = "/tmp/unit_test.XXXXXX";
};
