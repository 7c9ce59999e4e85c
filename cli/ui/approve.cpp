// Calls of tools: how they are shown, and whether a person allows them.
#include "cli/ui/approve.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <istream>
#include <nlohmann/json.hpp>

#include "cli/ui/output.h"
#include "core/base/ascii.h"
#include "core/base/bounded_json.h"
#include "core/base/text.h"
#include "core/extract/invisible.h"

namespace quarry::cli {
namespace {

constexpr std::size_t shown_arguments = 400;  // code points, in a note
constexpr std::size_t shown_question = 4000;  // the same, when it is asked whether a call may run

/// Arguments as they are; in ASCII when there is something in them that is not seen, or hides or turns what is around
/// it.
std::string seen_arguments(std::string_view arguments) {
    const std::string text = replace_invalid_utf8(arguments);
    extract::RemovedCounts invisible;
    static_cast<void>(extract::remove_invisible(text, invisible));
    const std::string clean = strip_terminal_controls(text);
    if (invisible.empty() && clean == text) return text;
    const nlohmann::json parsed = parse_bounded_json(text);
    return parsed.is_discarded() ? clean : parsed.dump(-1, ' ', true);
}

std::string shown_call(std::string_view name, std::string_view arguments, std::size_t width) {
    return fmt::format("{} {}", one_line(strip_terminal_controls(replace_invalid_utf8(name)), 100),
                       one_line(seen_arguments(arguments), width));
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
        context.out.warn(fmt::format("the model wants to run {}", call_to_allow(tool, arguments)));
        context.out.warn("let it? y: yes, a: yes, and later ones of this tool too; anything else: no");
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
