// Files that instructors and students write: a setting a line, comments that begin with #, empty
// lines.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace score {

/// Calls `read` with each line that holds a setting, without the blanks around it. An Error of
/// `read` goes on as one that names `file` and the line.
void for_each_setting(std::string_view text, const std::string& file,
                      const std::function<void(std::string_view)>& read);

} // namespace score
