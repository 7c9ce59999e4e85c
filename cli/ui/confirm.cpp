#include "cli/ui/confirm.h"

#include <fmt/format.h>

#include <istream>
#include <string>

#include "cli/ui/output.h"

namespace quarry::cli {

bool can_confirm(const Context& context) {
    return context.stdin_is_terminal && !context.json && !context.out.options().quiet;
}

bool confirm(const Context& context, std::string_view question) {
    if (!can_confirm(context)) return false;
    context.out.note(fmt::format("{} (y/n)", question));
    std::string answer;
    return std::getline(context.in, answer) && (answer == "y" || answer == "yes");
}

}  // namespace quarry::cli
