// The terminal and its characters.
#include <fmt/format.h>

#include "cli/text/doctor.h"
#include "cli/ui/output.h"
#include "core/base/text.h"

namespace quarry::cli {

using wire::DoctorCheck;

std::vector<DoctorCheck> check_terminal(const Context& context) {
    const Output::Options& options = context.out.options();
    std::string locale;
    for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {  // in POSIX's order
        const auto value = context.environment(name);
        if (locale.empty() && value) locale = *value;
    }
    const std::string lower = ascii_lower(locale);
    const bool utf8 = lower.find("utf-8") != std::string::npos || lower.find("utf8") != std::string::npos;
    std::vector<DoctorCheck> checks = {
        {"terminal", "display", DoctorCheck::State::ok,
         fmt::format("{}, {} columns, colour {}", options.err_is_terminal ? "a terminal" : "not a terminal",
                     options.width, options.out_colour ? "on" : "off")},
        {"terminal", "characters", DoctorCheck::State::ok,
         utf8 ? "UTF-8" : fmt::format("locale is {}", locale.empty() ? "not set" : locale)}};
    if (!utf8) {
        checks.back().state = DoctorCheck::State::warn;
        checks.back().cure = "export LC_ALL=C.UTF-8, or letters beyond ASCII may look wrong";
    }
    return checks;
}

}  // namespace quarry::cli
