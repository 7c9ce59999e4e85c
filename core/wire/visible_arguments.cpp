// What a model wants to be run with, as a person is shown it.
#include "core/wire/visible_arguments.h"

#include <nlohmann/json.hpp>

#include "core/base/bounded_json.h"
#include "core/base/text.h"
#include "core/extract/invisible.h"

namespace quarry::wire {

std::string visible_arguments(std::string_view arguments) {
    const std::string text = replace_invalid_utf8(arguments);
    extract::RemovedCounts invisible;
    static_cast<void>(extract::remove_invisible(text, invisible));
    const std::string clean = strip_terminal_controls(text);
    if (invisible.empty() && clean == text) return text;
    const nlohmann::json parsed = parse_bounded_json(text);
    return parsed.is_discarded() ? clean : parsed.dump(-1, ' ', true);
}

}  // namespace quarry::wire
