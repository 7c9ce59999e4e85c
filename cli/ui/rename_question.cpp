// Asks a person whether something was renamed.
#include "cli/ui/rename_question.h"

#include <fmt/format.h>

#include <istream>
#include <string>

#include "cli/ui/output.h"
#include "core/base/text.h"

namespace quarry::cli {
namespace {

bool ask_rename(const Context& context, const schema::Rename& rename) {
    context.out.note(fmt::format("Was {}{} renamed to {}? (y/n; n: it is dropped, with its data, and {} is new)",
                                 rename.kind.empty() ? "" : "the " + rename.kind + " ",
                                 strip_terminal_controls(rename.from), strip_terminal_controls(rename.to),
                                 strip_terminal_controls(rename.to)));
    std::string answer;
    while (std::getline(context.in, answer)) {
        const std::string word = ascii_lower(trim(answer));
        if (word == "y" || word == "yes") return true;
        if (word == "n" || word == "no") return false;
        context.out.note("please answer y or n");
    }
    throw Error(ErrorCode::interrupted, "interrupted");
}

}  // namespace

std::function<bool(const schema::Rename&)> rename_question(const Context& context) {
    if (!context.stdin_is_terminal || context.json) return {};
    return [&context](const schema::Rename& rename) { return ask_rename(context, rename); };
}

}  // namespace quarry::cli
