#include "common/program/completion.h"

#include "common/error.h"

namespace net {
namespace {

std::string bash_completion(const CommandLine& command_line)
{
    const std::string program(command_line.program);
    std::string names = "--help --version";
    for (const Option& option : command_line.options)
        if (!option.name.empty()) names += " --" + std::string(option.name);
    return "_" + program + "()\n{\n" +
           "    local current=${COMP_WORDS[COMP_CWORD]}\n"
           "    [[ $current == -* ]] || return 0\n"
           "    mapfile -t COMPREPLY < <(compgen -W '" +
           names +
           "' -- \"$current\")\n"
           "}\n"
           "complete -o default -F _" +
           program + " " + program + "\n";
}

/// Escapes text for single quotes and, in _arguments, for brackets and colons.
std::string quoted_for_zsh(std::string_view text)
{
    std::string quoted;
    for (const char character : text) {
        switch (character) {
        case '\'': quoted += "'\\''"; break;
        case '[': quoted += '('; break;
        case ']': quoted += ')'; break;
        case ':': quoted += "\\:"; break;
        default: quoted += character;
        }
    }
    return quoted;
}

std::string zsh_argument(std::string_view spelling, std::string_view help,
                         std::string_view argument)
{
    std::string line = " \\\n    '*" + std::string(spelling);
    if (spelling.starts_with("--") && !argument.empty()) line += '=';
    line += "[" + quoted_for_zsh(help) + "]";
    if (!argument.empty()) line += ":" + quoted_for_zsh(argument) + ":_files";
    return line + "'";
}

std::string zsh_completion(const CommandLine& command_line)
{
    std::string text = "#compdef " + std::string(command_line.program) + "\n_arguments";
    for (const Option& option : command_line.options) {
        if (option.name.empty()) continue;
        if (option.letter != 0)
            text += zsh_argument(std::string("-") + option.letter, option.help, option.argument);
        text += zsh_argument("--" + std::string(option.name), option.help, option.argument);
    }
    text += zsh_argument("--help", "show this help", {});
    text += zsh_argument("--version", "show the version", {});
    return text + " \\\n    '*:argument:_files'\n";
}

} // namespace

std::string completion(const CommandLine& command_line, std::string_view shell)
{
    if (shell == "bash") return bash_completion(command_line);
    if (shell == "zsh") return zsh_completion(command_line);
    throw Error("--completion supports bash and zsh, not '" + std::string(shell) + "'");
}

} // namespace net
