#include "tests/grader/roster.h"

#include <algorithm>

#include "common/error.h"

namespace score {
namespace {

using Row = std::vector<std::string>;

/// Takes a field from the front of `text`, without its quotes and without what ends it.
std::string take_field(std::string_view& text, char separator)
{
    std::string field;
    bool quoted = false;
    while (!text.empty() && (quoted || (text.front() != separator && text.front() != '\n'))) {
        const char letter = text.front();
        text.remove_prefix(1);
        const bool is_quote = letter == '"';
        if (is_quote && quoted && text.starts_with('"')) {
            field += '"';
            text.remove_prefix(1);
        } else if (is_quote) {
            quoted = !quoted;
        } else if (letter != '\r' || quoted) {
            field += letter;
        }
    }
    return field;
}

Row take_row(std::string_view& text, char separator)
{
    Row row{take_field(text, separator)};
    while (text.starts_with(separator)) {
        text.remove_prefix(1);
        row.push_back(take_field(text, separator));
    }
    if (!text.empty()) text.remove_prefix(1); // the line's end
    return row;
}

Student student_of(const Row& row)
{
    if (row.size() < 2 || row[0].empty() || row[1].empty())
        throw net::Error("expected folder,id or folder,id,name");
    Student student{row[0], row[1], ""};
    for (std::size_t i = 2; i < row.size(); ++i)
        student.name += (student.name.empty() ? "" : " ") + row[i];
    return student;
}

} // namespace

Roster parse_roster(std::string_view text, const std::string& file)
{
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    const std::string_view first_line = text.substr(0, text.find('\n'));
    const char separator = first_line.find(',') == std::string_view::npos ? ';' : ',';
    Roster roster;
    for (int number = 1; !text.empty(); ++number) {
        const Row row = take_row(text, separator);
        const bool is_heading = number == 1 && row[0] == "folder";
        if (is_heading || row == Row{""}) continue;
        try {
            roster.push_back(student_of(row));
        } catch (const net::Error& error) {
            throw net::Error(file + ", row " + std::to_string(number) + ": " + error.what());
        }
    }
    return roster;
}

std::vector<std::string> differences(const Roster& roster, const std::vector<std::string>& folders)
{
    std::vector<std::string> sentences;
    for (const std::string& folder : folders)
        if (std::ranges::find(roster, folder, &Student::folder) == roster.end())
            sentences.push_back("the roster has no row for the folder " + folder);
    for (const Student& student : roster)
        if (std::ranges::find(folders, student.folder) == folders.end())
            sentences.push_back("the roster's folder " + student.folder + " is not there");
    return sentences;
}

} // namespace score
