// Patterns of JSON Schemas, by RE2.
#include "core/base/json_pattern.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

#include "core/base/ascii.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry {
namespace {

constexpr std::size_t longest_json_pattern = 10'000;  // bytes
constexpr std::int64_t most_pattern_memory = 1 << 20;

bool is_four_hex(std::string_view text) {
    return text.size() == 4 && std::all_of(text.begin(), text.end(), [](char c) {
               return is_ascii_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
           });
}

/// The same pattern in RE2's spelling, where ECMAScript has another one: \uXXXX and (?<name>…).
std::string re2_spelling(std::string_view pattern) {
    std::string spelled;
    for (std::size_t at = 0; at < pattern.size();) {
        const std::string_view rest = pattern.substr(at);
        if (rest.starts_with("\\u") && is_four_hex(rest.substr(2, 4))) {
            spelled += fmt::format("\\x{{{}}}", rest.substr(2, 4));
            at += 6;
        } else if (rest.size() > 1 && rest[0] == '\\') {
            spelled += rest.substr(0, 2);
            at += 2;
        } else if (rest.size() > 3 && rest.starts_with("(?<") && rest[3] != '=' && rest[3] != '!') {
            spelled += "(?P<";
            at += 3;
        } else {
            spelled += rest[0];
            ++at;
        }
    }
    return spelled;
}

Error no_pattern(std::string_view pattern, std::string why) {
    return Error(ErrorCode::usage,
                 fmt::format("the pattern {} cannot be used",
                             one_line(strip_terminal_controls(replace_invalid_utf8(pattern)), 100)),
                 "write it without lookaround and backreferences: (?=…), (?!…), (?<=…), \\1")
        .because(std::move(why));
}

}  // namespace

JsonPattern::JsonPattern(std::string_view pattern) {
    if (pattern.size() > longest_json_pattern) throw no_pattern(pattern, "it is longer than 10,000 bytes");
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(most_pattern_memory);
    expression_ = std::make_unique<RE2>(re2_spelling(pattern), options);
    if (!expression_->ok()) throw no_pattern(pattern, expression_->error());
}

JsonPattern::~JsonPattern() = default;
JsonPattern::JsonPattern(JsonPattern&&) noexcept = default;
JsonPattern& JsonPattern::operator=(JsonPattern&&) noexcept = default;

bool JsonPattern::matches(std::string_view text) const {
    return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *expression_);
}

std::size_t JsonPattern::size() const noexcept { return static_cast<std::size_t>(expression_->ProgramSize()); }

}  // namespace quarry
