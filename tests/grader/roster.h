// The roster of a class: which student handed in which folder, from an instructor's CSV file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace score {

/// A row: a folder of submissions, the student's ID in the course system, and a name. Students of
/// one team have a row each with the same folder.
struct Student {
    std::string folder;
    std::string id;
    std::string name;
};

using Roster = std::vector<Student>;

/// Reads rows of folder, id and any number of name columns (RFC 4180), separated by commas or, if
/// the first row has only these, semicolons. A first row that begins with "folder" is a heading.
/// Throws Error with `file` and the number of the row if a row has no folder or no id.
Roster parse_roster(std::string_view text, const std::string& file);

/// A sentence for each folder without a row and for each row without a folder.
std::vector<std::string> differences(const Roster& roster, const std::vector<std::string>& folders);

} // namespace score
