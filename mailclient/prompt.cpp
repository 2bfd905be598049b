#include "mailclient/prompt.h"

#include <cstdlib>
#include <istream>
#include <ostream>

#include "mailclient/failure.h"

namespace mail {
namespace {

std::string ask(std::string_view question, std::istream& in, std::ostream& out)
{
    out << question << std::flush;
    std::string answer;
    if (!std::getline(in, answer))
        throw Failure(Exit::usage, "read the message: the input ended before the text");
    return answer;
}

std::string ask_for_text(std::istream& in, std::ostream& out)
{
    out << "Text (end it with a line that is a single dot):\n" << std::flush;
    std::string text;
    for (std::string line; std::getline(in, line) && line != ".";)
        text += line + "\n";
    return text;
}

} // namespace

void prompt_for_message(Options& options, std::istream& in, std::ostream& out)
{
    const char* email = std::getenv("EMAIL");
    const bool has_sender = options.from || (email != nullptr && *email != '\0');
    if (!has_sender) options.from = ask("From: ", in, out);
    if (options.recipients.empty() && options.to.empty() && options.cc.empty() &&
        options.bcc.empty())
        options.to.push_back(ask("To: ", in, out));
    if (!options.subject) options.subject = ask("Subject: ", in, out);
    options.text = ask_for_text(in, out);
}

} // namespace mail
