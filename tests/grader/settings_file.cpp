#include "tests/grader/settings_file.h"

#include <sstream>

#include "common/error.h"
#include "common/text/ascii.h"

namespace score {

void for_each_setting(std::string_view text, const std::string& file,
                      const std::function<void(std::string_view)>& read)
{
    std::istringstream lines{std::string(text)};
    int number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        if (line.ends_with('\r')) line.pop_back();
        const std::string_view setting = net::trim(line);
        if (setting.empty() || setting.starts_with('#')) continue;
        try {
            read(setting);
        } catch (const net::Error& error) {
            throw net::Error(file + ":" + std::to_string(number) + ": " + error.what());
        }
    }
}

} // namespace score
