#include "mailclient/prompt.h"

#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <istream>
#include <ostream>

#include "common/program/output.h"
#include "common/text/printable.h"
#include "mailclient/failure.h"
#include "mailclient/message/address.h"
#include "mailclient/message/header.h"

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

/// Asks until `check` throws no Failure.
std::string ask(std::string_view question, const std::function<void(const std::string&)>& check,
                std::istream& in, std::ostream& out)
{
    for (;;) {
        std::string answer = ask(question, in, out);
        try {
            check(answer);
            return answer;
        } catch (const Failure& failure) {
            out << net::printable_line(failure.what()) << '\n';
        }
    }
}

void check_sender(const std::string& answer)
{
    static_cast<void>(parse_address(answer));
}

void check_recipients(const std::string& answer)
{
    if (parse_addresses(answer).empty()) throw Failure(Exit::data, "no recipient is given");
}

void check_subject(const std::string& answer)
{
    static_cast<void>(text_field("Subject", answer));
}

} // namespace

void prompt_for_header(Options& options, std::istream& in, std::ostream& out)
{
    const char* email = std::getenv("EMAIL");
    const bool has_sender = options.from || (email != nullptr && *email != '\0');
    if (!has_sender) options.from = ask("From: ", check_sender, in, out);
    if (options.recipients.empty() && options.to.empty() && options.cc.empty() &&
        options.bcc.empty())
        options.to.push_back(ask("To: ", check_recipients, in, out));
    if (!options.subject) options.subject = ask("Subject: ", check_subject, in, out);
}

void prompt_for_text(Options& options, std::istream& in, std::ostream& out)
{
    out << "Text (end it with a line that is a single dot):\n" << std::flush;
    options.text = "";
    for (std::string line; std::getline(in, line) && line != ".";)
        *options.text += line + "\n";
}

void save_dead_letter(const Options& options)
{
    const std::string text = options.text.value_or("");
    const char* home = std::getenv("HOME");
    const char* chosen = std::getenv("DEAD");
    if (text.empty() || (chosen == nullptr && home == nullptr)) return;
    const std::string file = chosen != nullptr ? chosen : std::string(home) + "/dead.letter";
    ::umask(S_IRWXG | S_IRWXO); // for the user alone
    std::ofstream letter(file, std::ios::app);
    letter << text << std::flush;
    net::complain("mailclient",
                  letter ? "the text is saved in " + file : "the text cannot be saved in " + file);
}

} // namespace mail
