#include "core/chunk/separators.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry::chunk {
namespace {

constexpr std::string_view white = " \t\n\r\v\f";

const SeparatorPreset* find_preset(std::string_view name) {
    for (const SeparatorPreset& preset : separator_presets()) {
        if (preset.name == name) return &preset;
    }
    return nullptr;
}

const SeparatorPreset* preset_for_type(std::string_view media_type) {
    const std::size_t slash = media_type.find('/');
    std::string_view type = slash == std::string_view::npos ? media_type : media_type.substr(slash + 1);
    if (type.starts_with("x-")) type.remove_prefix(2);
    for (const SeparatorPreset& preset : separator_presets()) {
        if (std::find(preset.media_types.begin(), preset.media_types.end(), type) != preset.media_types.end()) {
            return &preset;
        }
    }
    return nullptr;
}

std::vector<std::string> parse_list(std::string_view json) {
    const auto bad = [&](std::string_view why) {
        return Error(ErrorCode::usage,
                     fmt::format("the separators {} are not a list", one_line(strip_terminal_controls(json), 60)),
                     R"(give a language's name, or a JSON array from the best to the worst: ["\n\n", ". ", " "])")
            .because(std::string(why));
    };
    const nlohmann::json list = parse_bounded_json(json);
    if (!list.is_array()) throw bad("they are not a JSON array");
    std::vector<std::string> separators;
    for (const nlohmann::json& item : list) {
        if (!item.is_string()) throw bad("one is not a string");
        // LangChain's lists end with "", which is what comes after every list here.
        if (auto separator = item.get<std::string>(); !separator.empty()) separators.push_back(std::move(separator));
    }
    if (separators.empty()) throw bad("it is empty");
    return separators;
}

}  // namespace

std::vector<std::string> separator_preset_names() {
    std::vector<std::string> names;
    for (const SeparatorPreset& preset : separator_presets()) names.emplace_back(preset.name);
    return names;
}

Separators::Separators(std::span<const std::string> separators) {
    for (std::size_t rank = 0; rank < separators.size(); ++rank) {
        const std::string& separator = separators[rank];
        const std::size_t words = std::min(separator.find_first_not_of(white), separator.size());
        if (separator == "\n\n") {
            line_starts_.push_back({rank, {}, false, true});
        } else if (separator == "\n") {
            line_starts_.push_back({rank, {}, false, false});
        } else if (separator.starts_with("\n\t") && words == 2) {
            line_starts_.push_back({rank, separator.substr(2), true, false});
        } else if (separator.starts_with('\n') && words == 1) {
            line_starts_.push_back({rank, separator.substr(1), false, false});
        } else {
            within_.push_back({rank, separator, words > 0 ? words : separator.size()});
        }
    }
}

bool Separators::matches(const LineStart& start, std::string_view text, std::size_t line, std::size_t low) {
    if (start.blank) {
        std::size_t before = line - 1;
        while (before > low && (text[before - 1] == ' ' || text[before - 1] == '\t' || text[before - 1] == '\r'))
            --before;
        return before > low && text[before - 1] == '\n';
    }
    std::size_t at = line;
    if (start.indented) {
        at = std::min(text.find_first_not_of(" \t", line), text.size());
        if (at == line) return false;
    }
    return text.substr(at).starts_with(start.begins);
}

std::size_t Separators::cut(std::string_view text, std::size_t low, std::size_t high) const {
    constexpr std::size_t unmatched = static_cast<std::size_t>(-1);
    std::size_t best_rank = unmatched;
    std::size_t best = high;
    // From the last line start to the first: the first of a rank that is seen is its last. Ranks rise in the list.
    for (std::size_t until = high; until > low && best_rank > 0 && !line_starts_.empty();) {
        const std::size_t feed = text.substr(low, until - low).rfind('\n');
        if (feed == std::string_view::npos) break;
        const std::size_t line = low + feed + 1;
        for (const LineStart& start : line_starts_) {
            if (start.rank >= best_rank) break;
            if (!matches(start, text, line, low)) continue;
            best_rank = start.rank;
            best = line;
        }
        until = low + feed;
    }
    for (const Within& separator : within_) {
        if (separator.rank >= best_rank) break;
        // Looked for where the cut would be in (low, high]; the separator itself may reach beyond.
        const std::size_t from = low + 1 > separator.behind ? low + 1 - separator.behind : 0;
        if (high < separator.behind) continue;
        const std::size_t window = high - separator.behind + separator.text.size() - from;
        const std::size_t found = text.substr(from, window).rfind(separator.text);
        if (found != std::string_view::npos) return from + found + separator.behind;
    }
    return best;
}

std::vector<std::string> resolve_separators(std::string_view chosen, std::string_view media_type) {
    if (chosen.starts_with('[')) return parse_list(chosen);
    const SeparatorPreset* preset = chosen.empty() ? preset_for_type(media_type) : find_preset(chosen);
    if (preset != nullptr) return {preset->separators.begin(), preset->separators.end()};
    if (chosen.empty()) return {};
    const std::vector<std::string> names = separator_preset_names();
    const std::optional<std::string> meant = closest(chosen, names);
    throw Error(ErrorCode::usage,
                fmt::format("no separators are known for \"{}\"", one_line(strip_terminal_controls(chosen), 60)),
                meant ? fmt::format("did you mean {}? (languages: {})", *meant, fmt::join(names, ", "))
                      : fmt::format("choose one of: {}; or give a JSON array of your own", fmt::join(names, ", ")));
}

}  // namespace quarry::chunk
