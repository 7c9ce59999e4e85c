#include "core/config/split_command_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry::config {

std::vector<std::string> split_command_line(std::string_view setting, std::string_view value) {
    value = trim(value);
    std::vector<std::string> words;
    if (!value.starts_with('[')) {
        for (const std::string_view word : split(value, ' ')) {
            if (!word.empty()) words.emplace_back(word);
        }
        return words;
    }
    const nlohmann::json list = parse_bounded_json(value);
    if (!list.is_array() || !std::all_of(list.begin(), list.end(), [](const auto& word) { return word.is_string(); })) {
        throw Error(ErrorCode::usage, fmt::format("{} is not a command", setting),
                    R"(write words, or a JSON array of texts: ["python3", "my program.py"])")
            .because("it begins with [ but is not a JSON array of texts");
    }
    return list.get<std::vector<std::string>>();
}

}  // namespace quarry::config
