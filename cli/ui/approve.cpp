// Calls of tools: how they are shown, and whether a person allows them.
#include "cli/ui/approve.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <istream>

#include "cli/ui/output.h"
#include "core/base/ascii.h"
#include "core/base/text.h"
#include "core/wire/visible_arguments.h"

namespace quarry::cli {
namespace {

constexpr std::size_t shown_arguments = 400;  // code points, in a note
constexpr std::size_t shown_question = 4000;  // the same, when it is asked whether a call may run

std::string shown_call(std::string_view name, std::string_view arguments, std::size_t width) {
    return fmt::format("{} {}", one_line(strip_terminal_controls(replace_invalid_utf8(name)), 100),
                       one_line(wire::visible_arguments(arguments), width));
}

std::string shown_outcome(const tools::ToolCallRecord& record) {
    const std::string time = fmt::format("{} ms", record.time.count());
    if (record.outcome != tools::ToolCallRecord::Outcome::done) {
        return one_line(strip_terminal_controls(replace_invalid_utf8(record.result)), 300);
    }
    if (record.sources.empty()) return fmt::format("{}, {}", human_bytes(record.result.size()), time);
    return fmt::format("sources {}, {}", fmt::join(record.sources, ", "), time);
}

}  // namespace

std::string call_to_allow(std::string_view name, std::string_view arguments) {
    std::string shown = shown_call(name, arguments, shown_question);
    if (shown.ends_with("…")) shown += fmt::format(" (cut: its arguments are {})", human_bytes(arguments.size()));
    return shown;
}

std::string call_note(const tools::ToolCallRecord& record) {
    return fmt::format("tool {} ({}: {})", shown_call(record.name, record.arguments, shown_arguments),
                       tools::tool_outcome_name(record.outcome), shown_outcome(record));
}

app::AskConsent ask_at_terminal(Context& context) {
    if (!context.stdin_is_terminal || !context.out.options().err_is_terminal) return {};
    return [&context](const std::string& tool, const std::string& arguments) {
        context.out.ask(fmt::format("The model wants to run {}\nAllow it? [y]es, [a]lways for this tool, [n]o:",
                                    call_to_allow(tool, arguments)));
        std::string reply;
        if (!std::getline(context.in, reply)) {
            context.in.clear();
            return app::Consent::no;
        }
        const std::string word = ascii_lower(trim(reply));
        if (word == "a" || word == "always") return app::Consent::always;
        return word == "y" || word == "yes" ? app::Consent::once : app::Consent::no;
    };
}

}  // namespace quarry::cli
