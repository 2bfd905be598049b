#include <string>
#include <string_view>

#include "proxy/status/assets.h"
#include "proxy/status/status.h"

namespace proxy {
namespace {

void insert_after(std::string_view tag, std::string_view text, std::string& page)
{
    page.insert(page.find(tag) + tag.size(), text);
}

} // namespace

std::string status_page()
{
    std::string page(page_html);
    insert_after("<style>\n", style_css, page);
    insert_after("<script>\n", script_js, page);
    return page;
}

} // namespace proxy
